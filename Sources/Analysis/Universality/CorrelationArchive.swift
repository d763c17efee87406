import Statistics
import Storage
import SystemPackage

/// `correlations.zarr`: one array for each pair of models, named such as `a-b`, `[neurons of a, neurons of b]`, a chunk for each pair of
/// layers.
///
/// Chunks are written while the groups are summarised, by several threads or processes; the metadata come last.
public struct CorrelationArchive: CorrelationSink {
    private let group: ZarrGroup
    private let arrays: [String: ZarrArray]

    /// Begins the archive, or begins again with one that is there.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - layout: the column groups of the run.
    ///   - configuration: the pairs that are compared.
    ///   - element: how correlations are stored.
    /// - Throws: a `StorageError`; `AnalysisError.configuration` for a model whose layers have different sizes, which chunks cannot follow.
    public init(
        creating path: FilePath, layout: StatisticsLayout, configuration: UniversalityConfiguration, element: ZarrLayout.Element
    ) throws {
        group = try ZarrGroup(creating: path)
        var arrays: [String: ZarrArray] = [:]
        let others = configuration.others.map { ModelShape(id: $0, layout: layout) }
        let reference = ModelShape(id: configuration.reference, layout: layout)
        for (place, later) in others.enumerated() {
            for earlier in [reference] + (configuration.allPairs ? others[..<place] : []) {
                guard let rows = earlier.uniformColumns, let columns = later.uniformColumns else {
                    throw AnalysisError.configuration(
                        setting: "matrices", reason: "the layers of '\(earlier.id)' or '\(later.id)' have different sizes")
                }
                let name = "\(earlier.id)-\(later.id)"
                arrays[name] = try group.createArray(
                    named: name,
                    ZarrLayout(
                        rows: earlier.neurons, columns: later.neurons, rowsPerChunk: rows, columnsPerChunk: columns, element: element,
                        dimensions: ["neuron_\(earlier.id)", "neuron_\(later.id)"]))
            }
        }
        self.arrays = arrays
    }

    /// Writes a block as one chunk, in one step.
    ///
    /// - Throws: a `StorageError`; `AnalysisError.missingBlock` for a pair that is not compared.
    public func write(_ correlations: UnsafePointer<Float>, rows: ColumnGroup, columns: ColumnGroup) throws {
        guard let array = arrays["\(rows.source)-\(columns.source)"] else {
            throw AnalysisError.missingBlock(rows: rows.name, columns: columns.name)
        }
        try array.writeChunk(
            row: rows.layer, column: columns.layer, UnsafeBufferPointer(start: correlations, count: rows.columns * columns.columns))
    }

    /// Writes the metadata: from now on others can read the archive.
    ///
    /// - Parameter attributes: what else is to be known about it.
    /// - Throws: a `StorageError`, also when a chunk is missing.
    public func finish(attributes: [String: String] = [:]) throws {
        try group.finish(arrays.keys.sorted().compactMap { arrays[$0] }, attributes: attributes)
    }
}
