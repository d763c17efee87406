import Kernels

/// A feature with the tokens of the vocabulary that it holds for, before it is known whether it gets a column.
struct FeatureCandidate: Sendable {
    let name: String
    let family: FeatureFamily
    let tokens: TokenSet

    /// Evaluates features over a vocabulary.
    ///
    /// - Parameter team: the threads; the result does not depend on them.
    static func evaluate(_ features: [TokenFeature], texts: [TokenText], team: ThreadTeam) throws -> [FeatureCandidate] {
        var sets = Array(repeating: TokenSet(vocabularySize: texts.count), count: features.count)
        try sets.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let sets = buffer
            try team.forEach(features.count) { feature, _ in
                let predicate = features[feature].predicate
                var set = TokenSet(vocabularySize: texts.count)
                for (token, text) in texts.enumerated() where predicate(text) { set.insert(token) }
                sets[feature] = set
            }
        }
        return zip(features, sets).map { FeatureCandidate(name: $0.name, family: $0.family, tokens: $1) }
    }
}
