/// One group of columns of an activation source: a layer of a model, or the whole feature bank.
///
/// A column group is the unit of ownership: it owns its blocks with every group it is paired with, and its within-layer block.
public struct ColumnGroup: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The identifier of the source: a model's id, or `features`.
    public let source: String
    /// The layer within the source, from 0.
    public let layer: Int
    /// How many columns (neurons, features) the group has.
    public let columns: Int

    /// The group of one layer of a source, of so many columns.
    public init(source: String, layer: Int, columns: Int) {
        self.source = source
        self.layer = layer
        self.columns = columns
    }

    /// The group's name in files and messages, such as `b.3`.
    public var name: String { "\(source).\(layer)" }

    public var description: String { name }
}
