/// Work memory for the loops of the analysis: a flat buffer that is freed with its last reference.
///
/// Threads share one only when they write to different parts of it.
final class Scratch<Element: BitwiseCopyable>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>
    let count: Int

    init(_ count: Int, repeating value: Element) {
        self.count = count
        // 64 bytes: a cache line, which vector loads like too.
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64)
        pointer = raw.bindMemory(to: Element.self, capacity: max(1, count))
        pointer.initialize(repeating: value, count: max(1, count))
    }

    convenience init(_ values: [Element], orEmpty value: Element) {
        self.init(values.count, repeating: value)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
        }
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    /// A copy of the content.
    var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
