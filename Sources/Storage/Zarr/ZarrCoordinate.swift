/// Whole numbers along one axis of a group's matrices, such as the layer of each neuron; xarray has them as a coordinate.
public struct ZarrCoordinate: Sendable {
    /// Its name in the group.
    public let name: String
    /// The axis that it belongs to, by the name that the matrices have for it.
    public let dimension: String
    /// What the numbers are, for people.
    public let title: String
    /// A number for each place along the axis.
    public let values: [Int32]

    static let dtype = "<i4"
    /// As hard as zstd tries with matrices.
    static let level = 1

    /// - Precondition: There is at least one value.
    public init(name: String, dimension: String, title: String, values: [Int32]) {
        precondition(!values.isEmpty, "an axis has at least one place")
        self.name = name
        self.dimension = dimension
        self.title = title
        self.values = values
    }

    /// The numbers as they are stored, in one chunk.
    func chunk() throws -> [UInt8] {
        try values.map(\.littleEndian).withUnsafeBytes { try Zstd.compress($0, level: Self.level) }
    }
}
