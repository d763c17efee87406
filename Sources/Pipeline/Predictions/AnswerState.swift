import Analysis

/// Which state of a run the means, partners and slopes are of that an answer takes from it.
///
/// A larger budget gives other ones, and so another question: the answers to both lie in the run's folder.
public enum AnswerState: String, Sendable {
    /// The run as it is planned now.
    case current
    /// The run before it was extended.
    case earlier
    /// The run with a larger budget than it is planned with here: whoever asked has extended it.
    case later
    /// One that the answer's folder does not tell.
    case unknown
    /// The calibration, at the beginning of the draw.
    case provisional

    /// The state of a question; nil where it takes nothing from the run, so that the answer is the same in each.
    ///
    /// - Parameters:
    ///   - mean: of which origin the means are that it takes.
    ///   - runTokens: raw tokens that the run was planned to read when it was asked; nil where nobody knows.
    ///   - planned: raw tokens that it is planned to read now.
    init?(mean: MeanOrigin?, runTokens: Int?, planned: Int) {
        switch mean {
        case nil: return nil
        case .provisional: self = .provisional
        case .exact: self = runTokens.map { $0 == planned ? .current : $0 < planned ? .earlier : .later } ?? .unknown
        }
    }
}
