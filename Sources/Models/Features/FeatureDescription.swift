/// A line of `universal-neurons features`: one column of the bank with what it covers.
public struct FeatureDescription: Codable, Hashable, Sendable {
    /// The column's name.
    public let name: String
    /// The family of a neuron that the feature explains best.
    public let family: FeatureFamily
    /// Other features that hold for exactly the same tokens.
    public let aliases: [String]
    /// How many tokens of the vocabulary the feature holds for; nil for positions, domains and labels.
    public let vocabularyTokens: Int?
    /// The share of the sample's tokens that the feature holds for; for positions that of the row (masked tokens included), for
    /// domains and labels nil.
    public let share: Double?
    /// The most frequent tokens that the feature holds for, decoded.
    public let examples: [String]
}

extension FeatureBank {
    /// Describes every column, in order.
    ///
    /// - Parameters: as for `build`.
    ///   - decoded: the text of each token of the vocabulary.
    ///   - counts: how often each token occurs in the sample, `[vocabulary]`.
    ///   - previousCounts: how often each token stands before a counted token, `[vocabulary]`; `counts` when nil.
    ///   - examples: how many examples are wanted.
    public func descriptions(
        decoded: [String], counts: [Int], previousCounts: [Int]? = nil, examples: Int = 5
    ) -> [FeatureDescription] {
        var result = Self.describe(token, columns: token.columns, decoded: decoded, counts: counts, examples: examples)
        result += Self.describe(
            previous, columns: previous.columns.map(\.ofPreviousToken), decoded: decoded, counts: previousCounts ?? counts,
            examples: examples)
        let others = columns[result.count...]
        for (index, column) in others.enumerated() {
            let band = index < positions.count ? positions[index] : nil
            result.append(
                FeatureDescription(
                    name: column.name, family: column.family, aliases: column.aliases, vocabularyTokens: nil,
                    share: band.map { Double($0.end - $0.first) / Double(context) }, examples: []))
        }
        return result
    }

    /// For how many tokens of the vocabulary each column holds, `[columns]`; nil where no token decides: positions, domains and labels.
    public var vocabularyTokens: [Int?] {
        let known = [token, previous].flatMap { table in table.columns.indices.map { table.tokens(with: $0).count } }
        return columns.indices.map { $0 < known.count ? known[$0] : nil }
    }

    private static func describe(
        _ table: FeatureTable, columns: [FeatureColumn], decoded: [String], counts: [Int], examples: Int
    ) -> [FeatureDescription] {
        let total = counts.reduce(0, +)
        return columns.enumerated().map { index, column in
            let tokens = table.tokens(with: index)
            let occurrences = tokens.reduce(0) { $0 + counts[$1] }
            let frequent = tokens.sorted { (counts[$0], $1) > (counts[$1], $0) }
            return FeatureDescription(
                name: column.name, family: column.family, aliases: column.aliases, vocabularyTokens: tokens.count,
                share: total == 0 ? nil : Double(occurrences) / Double(total), examples: frequent.prefix(examples).map { decoded[$0] })
        }
    }
}
