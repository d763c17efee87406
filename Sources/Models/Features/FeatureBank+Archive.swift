import Storage
import SystemPackage

extension FeatureBank {
    /// What `features.npz` says about its arrays, as JSON.
    private struct Catalogue: Codable {
        /// Must change with the layout of the archive: that without labels, and that with them.
        static let currentVersion = 1
        static let versionWithLabels = 2
        let version: Int
        let context: Int
        let vocabularySize: Int
        let domains: [String]
        let positions: [PositionBand]
        let token: [FeatureColumn]
        let previous: [FeatureColumn]
        var labels: [FeatureColumn]?
        var combinations: Int?
    }

    /// More than any model's context, vocabulary or catalogue has; what a damaged file says beyond would exhaust memory.
    private static let contextLimit = 1 << 20
    private static let vocabularyLimit = 1 << 24
    /// Values of the position columns: 1 GB.
    private static let positionValueLimit = 1 << 28

    private static let catalogueName = "catalogue"
    private static let tokenName = "token_features"
    private static let previousName = "previous_features"
    private static let labelsName = "label_features"

    /// Writes the bank, durably and in one step.
    ///
    /// The archive has `token_features` and `previous_features`, uint8 `[vocabulary, (features + 7) / 8]` with the lowest bit first, and
    /// `catalogue`, the names, families, positions and domains as UTF-8 JSON in a uint8 array; where a tagger was asked also
    /// `label_features`, `[combinations, (features + 7) / 8]`.
    ///
    /// - Throws: a `StorageError` when the file cannot be written.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        let catalogue = Catalogue(
            version: labels == nil ? Catalogue.currentVersion : Catalogue.versionWithLabels, context: context,
            vocabularySize: token.vocabularySize, domains: domains, positions: positions, token: token.columns, previous: previous.columns,
            labels: labels?.columns, combinations: labels?.vocabularySize)
        let json = try JSONFile.encode(catalogue, for: path)
        let tables = [(Self.tokenName, token), (Self.previousName, previous)] + (labels.map { [(Self.labelsName, $0)] } ?? [])
        try NumpyArchive.write(
            path,
            [NumpyArchive.Entry(Self.catalogueName, json)]
                + tables.map { name, table in
                    NumpyArchive.Entry(name, table.bits, shape: [table.vocabularySize, table.bytesPerToken])
                }, on: files)
    }

    /// Reads a bank that `write(to:)` wrote.
    ///
    /// - Throws: a `StorageError` when the file is missing, damaged or of another version.
    public init(contentsOf path: FilePath) throws {
        let arrays = try NumpyArchive.read(path)
        func array(_ name: String) throws -> (shape: [Int], bytes: [UInt8]) {
            guard let array = arrays[name] else { throw StorageError.corrupt(path, offset: nil, problem: "array '\(name)' is missing") }
            return (array.shape, try array.values(as: UInt8.self))
        }
        let catalogue = try array(Self.catalogueName).bytes.withUnsafeBytes { try JSONFile.decode(Catalogue.self, from: $0, of: path) }
        guard catalogue.version == (catalogue.labels == nil ? Catalogue.currentVersion : Catalogue.versionWithLabels) else {
            throw StorageError.unsupported(path, what: "version \(catalogue.version) of the feature bank")
        }
        let combinations = catalogue.combinations ?? 0
        guard (1...Self.contextLimit).contains(catalogue.context), (0...Self.vocabularyLimit).contains(catalogue.vocabularySize),
            (0...Self.vocabularyLimit).contains(combinations)
        else {
            throw StorageError.corrupt(
                path, offset: nil,
                problem: "a context of \(catalogue.context), a vocabulary of \(catalogue.vocabularySize), \(combinations) combinations")
        }
        guard catalogue.positions.allSatisfy({ $0.first >= 0 && $0.end > $0.first && $0.end <= Self.contextLimit }),
            catalogue.positions.count <= Self.positionValueLimit / catalogue.context
        else {
            throw StorageError.corrupt(path, offset: nil, problem: "the positions make no sense")
        }
        func table(_ name: String, _ columns: [FeatureColumn], of size: Int) throws -> FeatureTable {
            let array = try array(name)
            let shape = [size, FeatureTable.bytes(for: columns.count)]
            guard array.shape == shape else {
                throw StorageError.corrupt(path, offset: nil, problem: "array '\(name)' has shape \(array.shape) in the place of \(shape)")
            }
            return FeatureTable(vocabularySize: size, columns: columns, bits: array.bytes)
        }
        self.init(
            token: try table(Self.tokenName, catalogue.token, of: catalogue.vocabularySize),
            previous: try table(Self.previousName, catalogue.previous, of: catalogue.vocabularySize),
            positions: catalogue.positions, domains: catalogue.domains,
            labels: try catalogue.labels.map { try table(Self.labelsName, $0, of: combinations) }, context: catalogue.context)
    }
}
