import Glibc
import SystemPackage

/// Memory for numbers that are not mapped from a file; aligned as numpy aligns its data.
final class AlignedBytes: Sendable {
    nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

    /// Memory whose content is undefined until `fill` has written it.
    ///
    /// - Parameter path: The file whose content it is for, for the message.
    /// - Throws: `StorageError.noMemory` where there is none (the size comes from a file), or what `fill` throws.
    init(count: Int, of path: FilePath, fill: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
        var start: UnsafeMutableRawPointer?
        guard posix_memalign(&start, NumpyHeader.alignment, max(count, 1)) == 0, let start else {
            throw StorageError.noMemory(path, bytes: count)
        }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
        // Throwing from here on runs `deinit`, since every property is set.
        try fill(bytes)
    }

    deinit { free(bytes.baseAddress) }
}
