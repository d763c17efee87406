/// Which of a run's means of activations neurons were set to.
public enum MeanOrigin: String, Codable, Hashable, Sendable {
    /// The exact one by the run's sums: over all counted tokens, and of what goes into the nonlinearity over all tokens, masked ones included.
    case exact
    /// The provisional one of the calibration, over the counted tokens at the beginning of the draw.
    case provisional
}
