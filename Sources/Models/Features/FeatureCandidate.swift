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
        try team.map(features.count) { item, _ in
            let feature = features[item]
            var tokens = TokenSet(vocabularySize: texts.count)
            for (token, text) in texts.enumerated() where feature.predicate(text) { tokens.insert(token) }
            return FeatureCandidate(name: feature.name, family: feature.family, tokens: tokens)
        }
    }
}
