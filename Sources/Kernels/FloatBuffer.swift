/// Float32 memory, zero at first, with a fixed address aligned to cache lines, for hot loops on several threads.
///
/// Sendable because it only owns memory: who writes which part at what time is the business of the code that shares it.
public final class FloatBuffer: @unchecked Sendable {
    /// The first element.
    public let pointer: UnsafeMutablePointer<Float>
    /// The number of elements.
    public let count: Int

    /// `count` zeros.
    public init(count: Int) {
        precondition(count >= 0, "a buffer has no negative size")
        self.count = count
        let raw = LargeBlocks.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride)
        pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: count)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    /// The elements.
    public var values: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}
