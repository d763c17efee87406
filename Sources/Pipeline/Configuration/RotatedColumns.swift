import Analysis

/// Random directions of each layer as columns: `columns: {rotated: {kind: orthogonal, seed: 0}}`.
public struct RotatedColumns: Hashable, Codable, Sendable {
    /// How they are drawn; orthogonal directions are another basis of the same space.
    public var kind: RotationKind = .orthogonal
    /// Decides them together with model and layer; those of `rotations` with this seed and kind are, in their first draw, the same.
    public var seed: UInt64 = 0

    /// The settings of `columns: rotated`.
    public init() {}
}
