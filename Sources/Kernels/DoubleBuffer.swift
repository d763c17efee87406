/// Float64 memory as `FloatBuffer` is of float32: zero at first, with a fixed address aligned to cache lines.
///
/// Sendable because it only owns memory: who writes which part at what time is the business of the code that shares it.
public final class DoubleBuffer: @unchecked Sendable {
    /// The first element.
    public let pointer: UnsafeMutablePointer<Double>
    /// The number of elements.
    public let count: Int

    /// `count` zeros.
    public init(count: Int) {
        precondition(count >= 0, "a buffer has no negative size")
        self.count = count
        let raw = LargeBlocks.allocate(byteCount: max(count, 1) * MemoryLayout<Double>.stride)
        pointer = raw.bindMemory(to: Double.self, capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: count)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
