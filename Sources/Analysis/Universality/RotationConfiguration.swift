/// The random rotations that make the baseline.
public struct RotationConfiguration: Hashable, Codable, Sendable {
    /// The kinds that are computed; the first is the one that excess correlation is measured against.
    public var kinds: [RotationKind]
    /// Draws of each kind.
    public var draws: Int
    /// The seed of all draws.
    public var seed: UInt64

    /// Five Gaussian draws with seed 0, unless told otherwise.
    public init(kinds: [RotationKind] = [.gaussian], draws: Int = 5, seed: UInt64 = 0) {
        self.kinds = kinds
        self.draws = draws
        self.seed = seed
    }

    /// How many matrices a layer is multiplied by: kinds × draws.
    public var matrices: Int { kinds.count * draws }
}
