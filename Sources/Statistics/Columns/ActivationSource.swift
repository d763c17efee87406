/// Turns rows of tokens into named columns of numbers.
///
/// A model is a source (one group of columns a layer: the MLP activations after the nonlinearity), and so is the feature bank
/// (0/1 columns). The statistics engine does not know which is which.
///
/// A source is shared by all threads; what a thread writes to lies in a workspace of its own. The columns of a row never depend on
/// other rows, nor on how many threads there are.
public protocol ActivationSource: Sendable {
    /// The source's name: a model's id, or `features`.
    var id: String { get }

    /// The groups of columns, layer by layer.
    var columnGroups: [ColumnGroup] { get }

    /// Whether the columns are 0/1: then the provisional mean is 0 and the scale has a floor of 1/√(calibration tokens).
    var isBinary: Bool { get }

    /// Scratch memory of one thread.
    ///
    /// - Parameter context: the length of the rows, in tokens.
    func makeWorkspace(context: Int) throws -> ActivationWorkspace

    /// Computes the columns of one row.
    ///
    /// - Parameters:
    ///   - row: the tokens, `[context]`.
    ///   - layer: the last layer that is wanted; nothing above it is computed.
    ///   - workspace: scratch memory that no other thread uses meanwhile.
    ///   - deliver: called once for each layer from 0 to `layer`, in order, with the raw activations `[context, columns]`, row-major,
    ///     which are valid during the call only.
    func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws

    /// The same, with the pre-activations on the way; a source that has none shows nothing, and needs no such function.
    ///
    /// - Parameter observe: called with all bands of a layer before `deliver` is called for it. The activations are the same bits as without.
    func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace, observe: @escaping PreActivationObserver,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws
}

extension ActivationSource {
    public func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace, observe: @escaping PreActivationObserver,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        try activations(of: row, through: layer, workspace: workspace, deliver: deliver)
    }
}
