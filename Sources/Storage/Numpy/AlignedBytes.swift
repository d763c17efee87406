/// Memory for numbers that are not mapped from a file; aligned as numpy aligns its data.
final class AlignedBytes: Sendable {
    nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

    /// Memory whose content is undefined until `fill` has written it.
    init(count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: NumpyHeader.alignment)
        try fill(bytes)
    }

    deinit { bytes.deallocate() }
}
