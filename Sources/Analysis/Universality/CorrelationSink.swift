import Statistics

/// Takes the correlations of whole blocks, as they are computed; several threads may call it at once, each with another block.
public protocol CorrelationSink: Sendable {
    /// Takes a block over all replicates.
    ///
    /// - Parameters:
    ///   - correlations: `[rows.columns, columns.columns]`, row-major, valid during the call only.
    ///   - rows: a layer of the earlier model of the pair.
    ///   - columns: a layer of the later model.
    func write(_ correlations: UnsafePointer<Float>, rows: ColumnGroup, columns: ColumnGroup) throws
}
