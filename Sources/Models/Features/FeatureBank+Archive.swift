import Storage
import SystemPackage

extension FeatureBank {
    /// What `features.npz` says about its arrays, as JSON.
    private struct Catalogue: Codable {
        /// Must change with the layout of the archive.
        static let currentVersion = 1
        let version: Int
        let context: Int
        let vocabularySize: Int
        let domains: [String]
        let positions: [PositionBand]
        let token: [FeatureColumn]
        let previous: [FeatureColumn]
    }

    /// More than any model's context, vocabulary or catalogue has; what a damaged file says beyond would exhaust memory.
    private static let contextLimit = 1 << 20
    private static let vocabularyLimit = 1 << 24
    /// Values of the position columns: 1 GB.
    private static let positionValueLimit = 1 << 28

    private static let catalogueName = "catalogue"
    private static let tokenName = "token_features"
    private static let previousName = "previous_features"

    /// Writes the bank, durably and in one step.
    ///
    /// The archive has `token_features` and `previous_features`, uint8 `[vocabulary, (features + 7) / 8]` with the lowest bit first, and
    /// `catalogue`, the names, families, positions and domains as UTF-8 JSON in a uint8 array.
    ///
    /// - Throws: a `StorageError` when the file cannot be written.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        let catalogue = Catalogue(
            version: Catalogue.currentVersion, context: context, vocabularySize: token.vocabularySize, domains: domains,
            positions: positions, token: token.columns, previous: previous.columns)
        let json = try JSONFile.encode(catalogue, for: path)
        try NumpyArchive.write(
            path,
            [
                NumpyArchive.Entry(Self.catalogueName, json),
                NumpyArchive.Entry(Self.tokenName, token.bits, shape: [token.vocabularySize, token.bytesPerToken]),
                NumpyArchive.Entry(Self.previousName, previous.bits, shape: [previous.vocabularySize, previous.bytesPerToken]),
            ], on: files)
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
        guard catalogue.version == Catalogue.currentVersion else {
            throw StorageError.unsupported(path, what: "version \(catalogue.version) of the feature bank")
        }
        guard (1...Self.contextLimit).contains(catalogue.context), (0...Self.vocabularyLimit).contains(catalogue.vocabularySize) else {
            throw StorageError.corrupt(
                path, offset: nil, problem: "a context of \(catalogue.context) and a vocabulary of \(catalogue.vocabularySize)")
        }
        guard catalogue.positions.allSatisfy({ $0.first >= 0 && $0.end > $0.first && $0.end <= Self.contextLimit }),
            catalogue.positions.count <= Self.positionValueLimit / catalogue.context
        else {
            throw StorageError.corrupt(path, offset: nil, problem: "the positions make no sense")
        }
        func table(_ name: String, _ columns: [FeatureColumn]) throws -> FeatureTable {
            let array = try array(name)
            let shape = [catalogue.vocabularySize, FeatureTable.bytes(for: columns.count)]
            guard array.shape == shape else {
                throw StorageError.corrupt(path, offset: nil, problem: "array '\(name)' has shape \(array.shape) in the place of \(shape)")
            }
            return FeatureTable(vocabularySize: catalogue.vocabularySize, columns: columns, bits: array.bytes)
        }
        self.init(
            token: try table(Self.tokenName, catalogue.token), previous: try table(Self.previousName, catalogue.previous),
            positions: catalogue.positions, domains: catalogue.domains, context: catalogue.context)
    }
}
