import Analysis

/// The random baseline: the other model's neurons replaced by random directions of the same layer.
///
/// ```yaml
/// rotations: {kind: gaussian, draws: 5, seed: 0}
/// ```
public struct RotationSettings: Hashable, Sendable {
    /// What stands for every kind, Gaussian rotations first.
    static let both = "both"
    /// With fewer draws the spread over them, which is part of the error, is hardly known.
    public static let enoughDraws = 5

    /// How the directions are drawn, each kind once; excess correlation is measured against the first.
    public var kinds: [RotationKind] = [.gaussian]
    /// How many matrices a layer and kind, 1...1,000: their mean is the baseline, their spread part of its error.
    public var draws: Int = 5
    /// Decides the matrices together with model, layer and draw.
    public var seed: UInt64 = 0

    /// The defaults: five Gaussian draws from seed 0.
    public init() {}
}

extension RotationSettings: Codable {
    private enum CodingKeys: String, CodingKey { case kind, draws, seed }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let kind = try? values.decode(RotationKind.self, forKey: .kind) {
            kinds = [kind]
        } else {
            kinds = try values.decode([RotationKind].self, forKey: .kind)
        }
        draws = try values.decode(Int.self, forKey: .draws)
        seed = try values.decode(UInt64.self, forKey: .seed)
    }

    /// Writes the keys of the configuration: the kind, or a list where there are several.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        if kinds.count == 1 {
            try values.encode(kinds[0], forKey: .kind)
        } else {
            try values.encode(kinds, forKey: .kind)
        }
        try values.encode(draws, forKey: .draws)
        try values.encode(seed, forKey: .seed)
    }
}
