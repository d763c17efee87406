/// Which pairs of layers of two models are compared: those at most some layers apart.
///
/// In models of equal depth layers l and m are |l − m| apart. Otherwise each layer l of the deeper model, of D layers, first goes to the layer
/// of equal relative depth in the shallower one, of S layers: l · (S − 1) / (D − 1), halves up; so distances are in layers of the shallower
/// model, whichever of the two is the reference, and every layer has a partner even in a band of 0.
public struct LayerBand: Hashable, Codable, Sendable {
    /// The largest distance that is compared.
    public let width: Int

    /// A band of the given width, at least 0.
    public init(_ width: Int) { self.width = width }

    /// Whether a layer of a model of some layers is compared with a layer of another model.
    public func holds(_ layer: Int, of layers: Int, _ other: Int, of otherLayers: Int) -> Bool {
        let depth = min(layers, otherLayers)
        return abs(Self.place(of: layer, of: layers, in: depth) - Self.place(of: other, of: otherLayers, in: depth)) <= width
    }

    private static func place(of layer: Int, of layers: Int, in depth: Int) -> Int {
        layers == depth ? layer : (2 * layer * (depth - 1) + layers - 1) / (2 * (layers - 1))
    }
}
