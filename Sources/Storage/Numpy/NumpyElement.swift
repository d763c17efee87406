/// A number of Swift's that `.npy` files can hold.
public protocol NumpyElement: BitwiseCopyable, Sendable {
    /// What numpy calls it.
    static var numpyType: NumpyType { get }
}

extension Int8: NumpyElement { public static var numpyType: NumpyType { .int8 } }
extension UInt8: NumpyElement { public static var numpyType: NumpyType { .uint8 } }
extension Int16: NumpyElement { public static var numpyType: NumpyType { .int16 } }
extension UInt16: NumpyElement { public static var numpyType: NumpyType { .uint16 } }
extension Int32: NumpyElement { public static var numpyType: NumpyType { .int32 } }
extension UInt32: NumpyElement { public static var numpyType: NumpyType { .uint32 } }
extension Int64: NumpyElement { public static var numpyType: NumpyType { .int64 } }
extension UInt64: NumpyElement { public static var numpyType: NumpyType { .uint64 } }
extension Int: NumpyElement { public static var numpyType: NumpyType { .int64 } }
extension Float: NumpyElement { public static var numpyType: NumpyType { .float32 } }
extension Double: NumpyElement { public static var numpyType: NumpyType { .float64 } }
