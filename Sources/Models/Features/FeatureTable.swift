import Storage

/// The features of every token of a vocabulary, `[vocabulary, features]`, one bit each.
///
/// With the table a feature bank needs neither corpus nor tokenizer. Feature f of a token is bit f % 8, counted from the lowest, of its
/// byte f / 8; `numpy.unpackbits(table, axis=1, bitorder="little")` gives the matrix.
public struct FeatureTable: Hashable, Sendable {
    /// How many tokens the vocabulary has.
    public let vocabularySize: Int
    /// The features, in column order.
    public let columns: [FeatureColumn]
    /// `[vocabulary, bytesPerToken]`, row-major; the bits behind the last feature are 0.
    public let bits: [UInt8]

    /// The bytes of one token.
    public var bytesPerToken: Int { Self.bytes(for: columns.count) }

    /// - Parameters:
    ///   - bits: `[vocabularySize, (columns + 7) / 8]`.
    public init(vocabularySize: Int, columns: [FeatureColumn], bits: [UInt8]) {
        precondition(bits.count == vocabularySize * Self.bytes(for: columns.count), "the bits must fill the table")
        self.vocabularySize = vocabularySize
        self.columns = columns
        self.bits = bits
    }

    /// A table without features.
    static func empty(vocabularySize: Int) -> FeatureTable { FeatureTable(vocabularySize: vocabularySize, columns: [], bits: []) }

    static func bytes(for features: Int) -> Int { (features + 7) / 8 }

    /// Whether a feature holds for a token of the vocabulary.
    public func holds(_ feature: Int, for token: Int) -> Bool {
        bits[token * bytesPerToken + feature / 8] & (1 << UInt8(feature % 8)) != 0
    }

    /// The tokens that a feature holds for, in ascending order.
    public func tokens(with feature: Int) -> [Int] {
        (0..<vocabularySize).filter { holds(feature, for: $0) }
    }

    /// Takes what decides numbers into a digest.
    func update(_ digest: inout DigestBuilder) {
        digest.update(vocabularySize)
        digest.update(columns.count)
        for column in columns {
            digest.update(column.name)
            digest.update(column.family.rawValue)
        }
        digest.update(bits)
    }
}
