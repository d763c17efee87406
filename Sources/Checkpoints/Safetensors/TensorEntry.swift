/// One tensor of a safetensors file: what the header says about it, checked against the file.
public struct TensorEntry: Hashable, Sendable {
    /// The name as written in the file.
    public let name: String
    /// The kind of its numbers.
    public let dataType: TensorDataType
    /// Sizes, the slowest first (row-major).
    public let shape: [Int]
    /// Where its bytes lie, counted from the start of the file.
    public let bytes: Range<Int>

    /// The number of entries.
    public var count: Int { bytes.count / dataType.bytes }
}
