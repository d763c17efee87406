import Statistics
import Storage

/// What `summary.json` says of the moments of pre-activations.
public struct MomentSummary: Codable, Sendable {
    /// Tokens that they are over, masked ones included.
    public var tokens: Int
    /// Neurons of the reference some of whose values were beyond what is taken as it is, or NaN.
    public var clamped: Int
    /// SHA-256 of the list of SHA-256s of the sums' integers, one for each layer of each reference and, within it, each stratum.
    public var sha256: String

    enum CodingKeys: String, CodingKey {
        case tokens, sha256
        case clamped = "clamped_neurons"
    }

    /// The summary of the moments of the run's reference.
    ///
    /// - Parameter digests: of the sums of all references.
    public init(_ moments: PreActivationMoments, digests: [Digest]) {
        tokens = moments.tokens
        clamped = moments.clamped
        sha256 = Digest(ofStatistics: digests).hex
    }
}
