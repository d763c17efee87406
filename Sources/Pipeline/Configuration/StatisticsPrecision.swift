/// How cross-products are computed. Later versions add approximate ways (`int8`, `screening`).
public enum StatisticsPrecision: String, Codable, Hashable, Sendable, CaseIterable {
    /// Float32 products of chunks, rounded once to the resolution and added as integers.
    case exact

    /// Names that later versions will understand, so that the message can say so.
    static let announced = ["int8", "screening"]
}
