import Glibc

/// One block of float32 memory that is cut into aligned pieces and freed at once.
///
/// What it hands out is written by one owner and then, as weights, read by all threads: that discipline is the owner's, the compiler cannot
/// see it.
final class FloatArena: @unchecked Sendable {
    /// Pieces start at multiples of a cache line, so that two never share one.
    static let alignment = 64

    private let base: UnsafeMutablePointer<Float>

    /// Reserves memory; nil when the operating system has none.
    init?(floats: Int) {
        let bytes = max(floats, 1) * MemoryLayout<Float>.stride
        guard let memory = aligned_alloc(Self.alignment, Self.rounded(bytes, to: Self.alignment)) else { return nil }
        base = memory.bindMemory(to: Float.self, capacity: floats)
    }

    deinit { free(base) }

    /// The piece that starts at an offset, in floats.
    func piece(at offset: Int) -> UnsafeMutablePointer<Float> { base + offset }

    /// The room that a piece of `floats` takes, rounded up so that the next one is aligned.
    static func room(_ floats: Int) -> Int { rounded(floats, to: alignment / MemoryLayout<Float>.stride) }

    private static func rounded(_ value: Int, to multiple: Int) -> Int { (value + multiple - 1) / multiple * multiple }
}
