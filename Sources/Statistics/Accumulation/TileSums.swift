import Kernels

/// The integer sums of one tile, `[rows, columns]` row-major, in 32 or 64 bits.
///
/// Whoever holds a tile while it is filled must be its only user; once filled it is only read.
public final class TileSums: @unchecked Sendable {
    /// How many entries there are.
    public let count: Int
    /// The width of an entry.
    public private(set) var width: IntegerWidth
    private var storage: UnsafeMutableRawPointer

    /// A tile of zeros.
    public init(count: Int, width: IntegerWidth = .int32) {
        self.count = count
        self.width = width
        storage = LargeBlocks.allocate(byteCount: count * width.bytes)
        storage.initializeMemory(as: UInt8.self, repeating: 0, count: count * width.bytes)
    }

    deinit { storage.deallocate() }

    /// The entries' bytes, little-endian.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage, count: count * width.bytes) }

    /// The entries' bytes, to be filled.
    var mutableBytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: storage, count: count * width.bytes) }

    /// The entries as 32-bit integers; only where `width` is `.int32`.
    var int32: UnsafeMutablePointer<Int32> {
        precondition(width == .int32)
        return storage.assumingMemoryBound(to: Int32.self)
    }

    /// The entries as 64-bit integers; only where `width` is `.int64`.
    var int64: UnsafeMutablePointer<Int64> {
        precondition(width == .int64)
        return storage.assumingMemoryBound(to: Int64.self)
    }

    /// One entry.
    public subscript(index: Int) -> Int64 { width == .int32 ? Int64(int32[index]) : int64[index] }

    /// Adds to one entry; what its width does not hold wraps around.
    func add(_ value: Int64, at index: Int) {
        switch width {
        case .int32: int32[index] &+= Int32(truncatingIfNeeded: value)
        case .int64: int64[index] &+= value
        }
    }

    /// Makes the entries 64 bits wide.
    func widen() {
        guard width == .int32 else { return }
        let wide = LargeBlocks.allocate(byteCount: count * 8)
        let target = wide.bindMemory(to: Int64.self, capacity: count)
        let source = int32
        for index in 0..<count { target[index] = Int64(source[index]) }
        storage.deallocate()
        storage = wide
        width = .int64
    }

    /// Adds the entries of another tile; the caller has a certificate that this tile's width holds the result.
    ///
    /// - Precondition: The other tile is not wider than this one.
    func add(_ other: TileSums) {
        precondition(other.count == count)
        switch (width, other.width) {
        case (.int32, .int32):
            let (target, source) = (int32, other.int32)
            for index in 0..<count { target[index] &+= source[index] }
        case (.int64, .int32):
            let (target, source) = (int64, other.int32)
            for index in 0..<count { target[index] &+= Int64(source[index]) }
        case (.int64, .int64):
            let (target, source) = (int64, other.int64)
            for index in 0..<count { target[index] &+= source[index] }
        case (.int32, .int64):
            preconditionFailure("a wide tile is never added to a narrow one")
        }
    }
}
