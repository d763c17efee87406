/// The kinds of numbers in `.npy` files that the program reads and writes; little-endian. The raw value is numpy's description.
public enum NumpyType: String, Sendable, Codable, CaseIterable {
    case bool = "|b1"
    case int8 = "|i1"
    case uint8 = "|u1"
    case int16 = "<i2"
    case uint16 = "<u2"
    case int32 = "<i4"
    case uint32 = "<u4"
    case int64 = "<i8"
    case uint64 = "<u8"
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"

    /// Bytes of one number.
    public var byteCount: Int {
        switch self {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .float16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// Whether the numbers are whole.
    public var isInteger: Bool {
        switch self {
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .uint64: true
        case .bool, .float16, .float32, .float64: false
        }
    }

    /// The name that numpy prints.
    public var name: String { String(describing: self) }
}
