/// Which partners a screened run goes on with after its pilot.
///
/// Of each neuron, in each pair of models and in either direction, those partners j whose upper confidence bound on the pilot reaches the
/// lower bound of the best one:
///
///     z(ρ_j) + c s ≥ z(ρ_best) − c s
///
/// with Fisher's z, c the normal quantile of `confidence` and s the standard error of the neuron's best z that ``PilotAnalysis`` finds; at
/// least `least` of them, at most `most`. Where a number of candidates is given, it is that many of each neuron. All of them are taken
/// from the pilot's highest correlations, of equal ones the smaller index first.
public struct CandidateRule: Hashable, Sendable {
    /// Fewer candidates are not worth it: beside the forward passes they cost nothing, and an error that was taken for too small is forgiven.
    public static let least = 8
    /// More than this cost time and memory for neurons whose many partners are about as good, or rather about as bad.
    public static let most = 100

    /// Candidates of each neuron; nil where the bound decides.
    public var count: Int?
    /// The confidence of both bounds, from 0.5 to below 1.
    public var confidence: Double

    /// A rule.
    public init(count: Int? = nil, confidence: Double) {
        self.count = count
        self.confidence = confidence
    }

    /// The most candidates that a neuron can have.
    public var limit: Int { count ?? Self.most }

    /// The candidates among a neuron's best partners.
    ///
    /// - Parameters:
    ///   - tail: the highest correlations, best first.
    ///   - spread: the standard error of z.
    /// - Returns: how many of them, from the first.
    func count(of tail: ArraySlice<Float>, spread: Double) -> Int {
        let known = min(tail.count, limit)
        guard count == nil, let best = tail.first else { return known }
        let bound = FisherTransform.z(Double(best)) - 2 * FisherTransform.normalQuantile(confidence) * spread
        let within = tail.prefix(known).prefix { FisherTransform.z(Double($0)) >= bound }.count
        return min(known, max(within, Self.least))
    }
}
