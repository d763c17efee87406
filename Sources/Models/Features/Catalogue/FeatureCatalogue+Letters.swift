extension FeatureCatalogue {
    /// The token *is* the letter, in any case or spacing: what explains an alphabet neuron.
    static let alphabet: [TokenFeature] = letters.map { letter in
        TokenFeature("letter \(letter)", .alphabet) { $0.lowered == [letter] }
    }

    /// The first letter of the stripped token.
    static let firstLetters: [TokenFeature] = letters.map { letter in
        TokenFeature("first letter \(letter)", .syntax) { $0.lowered.first == letter }
    }

    private static let letters = Array("abcdefghijklmnopqrstuvwxyz".unicodeScalars)
}
