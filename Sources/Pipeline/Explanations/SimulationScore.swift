import Analysis

/// How well simulated activations agree with the real ones: the usual correlation score of explanations.
///
/// Pearson's correlation does not ask for the scale of what is simulated.
struct SimulationScore {
    /// Over all counted tokens of all windows; nil where one side does not vary.
    let score: Double?
    /// The mean over windows of the correlation within each, where both sides vary; nil where there is none.
    let windowScore: Double?
    /// Counted tokens.
    let tokens: Int

    /// Compares.
    ///
    /// - Parameter simulated: for each window a number for each token, counted or not.
    init(_ simulated: [[Double]], of windows: [HeldOutKey.Window]) {
        precondition(simulated.count == windows.count)
        // Squares of numbers on any scale stay within range.
        let largest = simulated.joined().reduce(0) { max($0, abs($1)) }
        let scale = largest > 0 ? largest : 1
        var (all, ofAll): ([Double], [Double]) = ([], [])
        var scores: [Double] = []
        for (values, window) in zip(simulated, windows) {
            let uncounted = Set(window.uncounted)
            let places = window.activations.indices.filter { !uncounted.contains($0) }
            let (found, real) = (places.map { values[$0] / scale }, places.map { Double(window.activations[$0]) })
            if let score = Self.correlation(found, real) { scores.append(score) }
            all += found
            ofAll += real
        }
        score = Self.correlation(all, ofAll)
        windowScore = scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
        tokens = all.count
    }

    /// Pearson's correlation; nil where one side does not vary, whatever rounding makes of the mean of equal numbers.
    private static func correlation(_ found: [Double], _ real: [Double]) -> Double? {
        guard found.contains(where: { $0 != found[0] }), real.contains(where: { $0 != real[0] }) else { return nil }
        return RankCorrelation.pearson(found, real)
    }
}
