extension FeatureCatalogue {
    /// English pronouns by gender, person, number, case and kind, old forms (thou, ye) included.
    ///
    /// Any case; only US and IT in capitals are left out, which are seldom pronouns.
    static let pronouns: [TokenFeature] = [
        pronoun("male", "he him his himself"),
        pronoun("female", "she her hers herself"),
        pronoun("neutral", "it its itself they them their theirs themselves themself"),
        pronoun("first person", "i me my mine myself we us our ours ourselves"),
        pronoun("second person", "you your yours yourself yourselves thou thee thy thine thyself ye"),
        pronoun(
            "third person", "he him his himself she her hers herself it its itself they them their theirs themselves themself"),
        pronoun("plural", "we us our ours ourselves they them their theirs themselves yourselves ye these those"),
        pronoun(
            "singular",
            """
            i me my mine myself he him his himself she her hers herself it its itself yourself thou thee thy thine thyself oneself this
            that
            """),
        pronoun("subject", "i you he she it we they thou ye who"),
        pronoun("object", "me you him her it us them thee whom"),
        pronoun("possessive", "my mine your yours his her hers its our ours their theirs thy thine whose"),
        pronoun("reflexive", "myself yourself himself herself itself ourselves yourselves themselves themself oneself thyself"),
        pronoun("personal", "i you he she it we they thou ye me him her us them thee"),
        pronoun(
            "indefinite",
            """
            all another any anybody anyone anything both each either everybody everyone everything few many most much neither nobody none
            nothing one other others several some somebody someone something such
            """),
        pronoun("demonstrative", "this that these those"),
        pronoun("interrogative", "who whom whose which what"),
        pronoun("relative", "who whom whose which that whoever whomever whichever whatever"),
    ]

    private static func pronoun(_ kind: String, _ words: String) -> TokenFeature {
        let set = Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
        return TokenFeature("pronoun \(kind)", .syntax) { text in
            set.contains(text.word) && text.exact != "US" && text.exact != "IT"
        }
    }
}
