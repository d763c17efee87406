/// Every neuron of the reference model: four columns of equal length, `[neurons]`, in the order layer · d_mlp + neuron.
public struct ReportedPopulation: Codable, Sendable, Equatable {
    /// The neuron's layer.
    public var layer: [Int]
    /// Its best correlation, mean over the other models (SPEC: `mean_corr`).
    public var bestCorrelation: [Float]
    /// The same against rotated models (SPEC: `mean_baseline`).
    public var baseline: [Float]
    /// Best correlation less baseline.
    public var excess: [Float]

    /// Columns of equal length.
    public init(layer: [Int] = [], bestCorrelation: [Float] = [], baseline: [Float] = [], excess: [Float] = []) {
        self.layer = layer
        self.bestCorrelation = bestCorrelation
        self.baseline = baseline
        self.excess = excess
    }
}
