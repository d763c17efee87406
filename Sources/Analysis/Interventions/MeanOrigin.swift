/// Which of a run's means of activations neurons were set to.
public enum MeanOrigin: String, Codable, Hashable, Sendable {
    /// The exact one over all counted tokens, by the run's sums.
    case exact
    /// The provisional one of the calibration, over the counted tokens at the beginning of the draw.
    case provisional
}
