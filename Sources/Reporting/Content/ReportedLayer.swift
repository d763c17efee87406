/// One layer of the reference model.
public struct ReportedLayer: Codable, Sendable, Hashable {
    /// Its neurons.
    public var neurons: Int
    /// How many of them are universal.
    public var universal: ReportedFigure

    /// A layer's counts.
    public init(neurons: Int, universal: ReportedFigure) {
        self.neurons = neurons
        self.universal = universal
    }
}
