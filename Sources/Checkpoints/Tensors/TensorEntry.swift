/// One tensor of a file: what the file says about it, checked against its length.
public struct TensorEntry: Hashable, Sendable {
    /// The name as written in the file.
    public let name: String
    /// The kind of its numbers.
    public let dataType: TensorDataType
    /// Sizes, the slowest first.
    public let shape: [Int]
    /// Where its bytes lie, from the first entry's to the last one's, counted from the start of the file.
    public let bytes: Range<Int>
    /// Entries from one index of an axis to the next, where the tensor does not simply lie row by row.
    public let strides: [Int]?

    init(name: String, dataType: TensorDataType, shape: [Int], bytes: Range<Int>, strides: [Int]? = nil) {
        self.name = name
        self.dataType = dataType
        self.shape = shape
        self.bytes = bytes
        self.strides = strides
    }

    /// The number of entries.
    public var count: Int { shape.reduce(1, *) }
}
