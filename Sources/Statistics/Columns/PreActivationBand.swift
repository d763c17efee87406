/// Neighbouring positions of one layer's pre-activations: what its nonlinearity is about to be given, before the bias is added.
///
/// Bands of a row come in order and cover it, `[context, columns]`, once. They are small enough to stay in a core's cache until the
/// nonlinearity reads them again.
public struct PreActivationBand {
    /// The layer.
    public let layer: Int
    /// The positions of the row.
    public let positions: Range<Int>
    /// `[positions, columns]`, row-major; valid during the call only.
    public let products: UnsafePointer<Float>
    /// What is still to be added to every position, `[columns]`.
    public let bias: UnsafePointer<Float>

    /// A band of a row of a layer.
    public init(layer: Int, positions: Range<Int>, products: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
        self.layer = layer
        self.positions = positions
        self.products = products
        self.bias = bias
    }
}

/// Is shown the pre-activations of a row, layer by layer, before the layer's activations are delivered.
public typealias PreActivationObserver = (PreActivationBand) -> Void
