/// All features that need nothing but the decoded token (paper, section 4), theme by theme; each theme is a file of this folder.
///
/// Features that depend on the vocabulary as a whole or on the corpus (unigrams, small embedding norm), those about the previous token,
/// positions and domains are made by `FeatureBank.build`.
public enum FeatureCatalogue {
    /// The features in a fixed order; of two with the same tokens and family the first one keeps its name.
    public static let tokenFeatures: [TokenFeature] = [
        special, alphabet, wordGroups, topics, scripts, numbers, pronouns, grammar, types, contains, starts, suffixes, prefixes,
        firstLetters,
    ].flatMap { $0 }

    /// Tokens that stand for no text, such as the beginning of a row and the end of a document. As the previous token they mark the
    /// beginning of a text.
    static let special: [TokenFeature] = [TokenFeature("special token", .syntax) { $0.isSpecial }]
}
