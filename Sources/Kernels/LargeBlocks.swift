import CKernels
import Diagnostics
import Glibc

/// Large blocks of memory: buffers of activations, weights, tiles of sums.
public enum LargeBlocks {
    /// Blocks from this size on are large. It is the size of a tile of 1,024 x 1,024 sums: most of what a task takes.
    public static let bytes = 4 << 20

    /// Makes the memory of a large block go back to the operating system when it is freed. To be called once, before the threads start.
    ///
    /// Else glibc keeps blocks of up to 32 MiB in the arena of the thread that took them, and the next task, on another thread, takes new
    /// ones: a worker that needs 360 MB for a task was seen to hold 660.
    public static func returnWhenFreed() { un_return_large_blocks(bytes) }

    /// Gives back the memory of smaller blocks that were freed. It costs as much as taking them again: once a task, not more.
    public static func returnFreed() { un_return_freed_memory() }

    /// Memory that is aligned to cache lines, on large pages where it is a large block: new for each task, its first touch would else be
    /// seen beside the computation.
    ///
    /// Where there is none, the process ends with a message and the code of what may pass: who allocates in the middle of a computation has
    /// nothing to go on with, and files are whole or not at all.
    ///
    /// - Returns: uninitialised memory, to be deallocated by the caller.
    public static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, 64, max(byteCount, 1)) == 0, let memory else { endForWant(of: byteCount) }
        if byteCount >= bytes { un_prefer_huge_pages(memory, byteCount) }
        return memory
    }

    /// Ends the process without another allocation.
    private static func endForWant(of byteCount: Int) -> Never {
        // As wide as any number of bytes.
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        func say(_ text: StaticString) { _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount) }
        say("\nerror: there is no memory for a block of ")
        withUnsafeMutableBytes(of: &digits) { bytes in
            var (rest, first) = (byteCount >> 20, bytes.count)
            repeat {
                first -= 1
                bytes[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            _ = write(STDERR_FILENO, bytes.baseAddress.map { $0 + first }, bytes.count - first)
        }
        say(" MiB\nremedy: use fewer threads or less --memory, end other programs, or raise this process's limit; nothing was lost\n")
        _exit(ExitStatus.temporaryFailure.rawValue)
    }
}
