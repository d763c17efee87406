/// How many bits quantised activations have. Part of a plan: other bits are other integers.
public enum QuantisedBits: Int, Codable, Sendable, Hashable, CaseIterable {
    /// From -63 to 63: exact on every processor that oneDNN runs on.
    case seven = 7
    /// From -127 to 127: exact only with VNNI.
    case eight = 8

    /// The largest value.
    public var limit: Int { (1 << (rawValue - 1)) - 1 }
}
