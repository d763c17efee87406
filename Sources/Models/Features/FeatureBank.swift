import Statistics
import Storage

/// 0/1 columns beside the models' neurons: what a token is, what the token before it is, where in the row it stands, which domain it is of,
/// what a tagger calls it.
///
/// For a 0/1 column the squared correlation with a neuron is the share of the neuron's variance that the feature explains, so the families
/// of neurons (paper, section 4) come out of the same pass as universality. The bank is a source with one layer; its columns are, in this
/// order, the token's features, the previous token's (all 0 for the first token of a row, which has none; nothing leaks from row to row),
/// the bands of positions, the domains where there is more than one, and the labels of a tagger where one was asked.
public struct FeatureBank: ActivationSource {
    /// The source's name in plans and files.
    public static let sourceID = "features"

    /// The features of each token.
    public let token: FeatureTable
    /// The features that are asked of the previous token.
    public let previous: FeatureTable
    /// The bands of positions.
    public let positions: [PositionBand]
    /// The domains that have a column; none where the corpus has only one.
    public let domains: [String]
    /// The labels of each combination that a row may name for a token, as `token` has the features of each token; nil without a tagger.
    public let labels: FeatureTable?
    /// The length of the rows, in tokens.
    public let context: Int
    /// The columns in order.
    public let columns: [FeatureColumn]
    /// The content's digest: equal banks give equal columns.
    public let digest: Digest
    /// The values of the position columns, `[context, positions]`.
    private let positionValues: [Float]

    /// - Parameters:
    ///   - token: the features of each token.
    ///   - previous: the features that are asked of the previous token, under the names that they have for a token itself.
    ///   - domains: the corpus's domains.
    ///   - labels: the labels of each combination of them; nil without a tagger.
    ///   - context: the length of the rows, in tokens.
    public init(
        token: FeatureTable, previous: FeatureTable, positions: [PositionBand], domains: [String], labels: FeatureTable? = nil,
        context: Int
    ) {
        self.token = token
        self.previous = previous
        self.positions = positions
        self.domains = domains.count > 1 ? domains : []
        self.labels = labels
        self.context = context
        columns =
            token.columns + previous.columns.map(\.ofPreviousToken)
            + positions.map { FeatureColumn(name: $0.name, family: .position) }
            + self.domains.map { FeatureColumn(name: "domain \($0)", family: .semantic) }
            + (labels?.columns ?? [])
        positionValues = (0..<context).flatMap { position in positions.map { $0.contains(position) ? 1 : 0 } }
        digest = Self.digest(
            token: token, previous: previous, positions: positions, domains: self.domains, labels: labels, context: context)
    }

    private static func digest(
        token: FeatureTable, previous: FeatureTable, positions: [PositionBand], domains: [String], labels: FeatureTable?,
        context: Int
    ) -> Digest {
        var digest = DigestBuilder()
        digest.update("feature bank 1")
        token.update(&digest)
        previous.update(&digest)
        digest.update(context)
        digest.update(positions.count)
        for band in positions {
            digest.update(band.first)
            digest.update(band.end)
        }
        digest.update(domains.count)
        for domain in domains { digest.update(domain) }
        // Nothing of it where there are none: such banks have the digest that they had before there were labels.
        if let labels {
            digest.update("labels")
            labels.update(&digest)
        }
        return digest.finalize()
    }

    public var id: String { Self.sourceID }

    public var isBinary: Bool { true }

    /// One group; none when the bank has no columns.
    public var columnGroups: [ColumnGroup] {
        columns.isEmpty ? [] : [ColumnGroup(source: id, layer: 0, columns: columns.count)]
    }

    public func makeWorkspace(context: Int) throws -> ActivationWorkspace {
        FeatureWorkspace(context: context, columns: columns.count)
    }

    /// Expands one row.
    ///
    /// - Parameters:
    ///   - row: at most `context` tokens.
    ///   - layer: 0.
    ///   - workspace: one that this bank made, for rows at least as long.
    ///   - deliver: called once with `[tokens of the row, columns]`, row-major.
    /// - Throws: a `ModelError` when a token, the row's length, its domain or a label lies outside the bank.
    public func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        guard let workspace = workspace as? FeatureWorkspace, workspace.context >= row.tokens.count else {
            preconditionFailure("the workspace must be one that this bank made for rows of this length")
        }
        try check(row)
        expand(row, into: workspace.values)
        try deliver(0, UnsafePointer(workspace.values))
    }

    private func check(_ row: TokenRow) throws {
        guard row.tokens.count <= context else {
            throw ModelError.rowLongerThanFeatures(row: row.index, tokens: row.tokens.count, context: context)
        }
        guard domains.isEmpty || domains.indices.contains(row.domain) else {
            throw ModelError.domainOutsideFeatures(row: row.index, domain: row.domain, domains: domains.count)
        }
        if let labels, !labels.columns.isEmpty { try check(row, has: labels.vocabularySize) }
        guard !token.columns.isEmpty || !previous.columns.isEmpty else { return }
        for (position, id) in row.tokens.enumerated() where id < 0 || Int(id) >= token.vocabularySize {
            throw ModelError.tokenOutsideFeatures(row: row.index, position: position, token: Int(id), vocabulary: token.vocabularySize)
        }
    }

    private func check(_ row: TokenRow, has combinations: Int) throws {
        guard let labels = row.labels, labels.count == row.tokens.count else { throw ModelError.rowWithoutLabels(row: row.index) }
        for (position, label) in labels.enumerated() where label < 0 || Int(label) >= combinations {
            throw ModelError.labelOutsideFeatures(row: row.index, position: position, label: Int(label), combinations: combinations)
        }
    }

    /// Writes the row's values, token after token and block after block: bytes become eight floats at once, and what is written beyond
    /// the end of a block is overwritten by the next one, or lies behind the last token's columns.
    private func expand(_ row: TokenRow, into values: UnsafeMutablePointer<Float>) {
        let labels = labels ?? .empty(vocabularySize: 0)
        BitExpansion.floats.withUnsafeBufferPointer { floats in
            token.bits.withUnsafeBufferPointer { tokenBits in
                previous.bits.withUnsafeBufferPointer { previousBits in
                    labels.bits.withUnsafeBufferPointer { labelBits in
                        positionValues.withUnsafeBufferPointer { positionValues in
                            guard let floats = floats.baseAddress else { return }
                            for position in row.tokens.indices {
                                var column = values + position * columns.count
                                if let bits = tokenBits.baseAddress, !token.columns.isEmpty {
                                    let bytes = token.bytesPerToken
                                    BitExpansion.expand(bits + Int(row.tokens[position]) * bytes, count: bytes, by: floats, into: column)
                                    column += token.columns.count
                                }
                                if position == 0 {
                                    column.update(repeating: 0, count: previous.columns.count)
                                } else if let bits = previousBits.baseAddress, !previous.columns.isEmpty {
                                    let (bytes, before) = (previous.bytesPerToken, Int(row.tokens[position - 1]))
                                    BitExpansion.expand(bits + before * bytes, count: bytes, by: floats, into: column)
                                }
                                column += previous.columns.count
                                if let base = positionValues.baseAddress {
                                    column.update(from: base + position * positions.count, count: positions.count)
                                }
                                column += positions.count
                                if !domains.isEmpty {
                                    column.update(repeating: 0, count: domains.count)
                                    column[row.domain] = 1
                                }
                                column += domains.count
                                if let bits = labelBits.baseAddress, let found = row.labels, !labels.columns.isEmpty {
                                    let bytes = labels.bytesPerToken
                                    BitExpansion.expand(bits + Int(found[position]) * bytes, count: bytes, by: floats, into: column)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
