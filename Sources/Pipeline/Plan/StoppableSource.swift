import Statistics

/// A source whose rows are only computed while nobody asks to stop: the columns are those of the source inside.
struct StoppableSource: ActivationSource {
    let source: any ActivationSource
    let stop: StopRequest

    var id: String { source.id }
    var columnGroups: [ColumnGroup] { source.columnGroups }
    var isBinary: Bool { source.isBinary }

    func makeWorkspace(context: Int) throws -> ActivationWorkspace { try source.makeWorkspace(context: context) }

    /// - Throws: `PipelineError.stopped`, or what the source inside throws.
    func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        try stop.check()
        try source.activations(of: row, through: layer, workspace: workspace, deliver: deliver)
    }

    /// - Throws: as the function above.
    func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace, observe: @escaping PreActivationObserver,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        try stop.check()
        try source.activations(of: row, through: layer, workspace: workspace, observe: observe, deliver: deliver)
    }
}
