import Analysis
import Statistics
import Storage
import SystemPackage

/// `correlations.zarr`: one array for each compared pair of models, `[neurons of the first, neurons of the second]`, chunked by pair of layers.
///
/// Blocks are written while the analysis computes them, from several threads; the metadata comes last, so a folder without it is unfinished.
struct CorrelationMatrices: CorrelationSink {
    private let group: ZarrGroup
    private let arrays: [String: ZarrArray]

    /// Begins the matrices of all compared pairs, in place of any that are there.
    ///
    /// - Throws: `StorageError`.
    init?(_ path: FilePath, layout: StatisticsLayout, format: MatrixFormat, on files: some FileLayer) throws {
        let element: ZarrLayout.Element
        switch format {
        case .none: return nil
        case .float16: element = .float16
        case .float32: element = .float32
        }
        group = try ZarrGroup(creating: path, on: files)
        var arrays: [String: ZarrArray] = [:]
        for block in layout.blocks {
            let (rows, columns) = (layout.groups[block.rows], layout.groups[block.columns])
            let name = "\(rows.source)-\(columns.source)"
            if rows.source == columns.source || columns.source == "features" || arrays[name] != nil { continue }
            func neurons(_ source: String) -> Int { layout.groups(of: source).reduce(0) { $0 + layout.groups[$1].columns } }
            arrays[name] = try group.createArray(
                named: name,
                ZarrLayout(
                    rows: neurons(rows.source), columns: neurons(columns.source), rowsPerChunk: rows.columns,
                    columnsPerChunk: columns.columns, element: element, dimensions: [rows.source, columns.source]))
        }
        self.arrays = arrays
    }

    func write(_ correlations: UnsafePointer<Float>, rows: ColumnGroup, columns: ColumnGroup) throws {
        guard let array = arrays["\(rows.source)-\(columns.source)"] else { return }
        try array.writeChunk(
            row: rows.layer, column: columns.layer, UnsafeBufferPointer(start: correlations, count: rows.columns * columns.columns))
    }

    /// Writes the metadata: from now on the matrices are complete.
    ///
    /// - Throws: `StorageError`.
    func finish() throws {
        try group.finish(arrays.values.sorted { $0.name < $1.name })
    }
}
