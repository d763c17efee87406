import CKernels

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
    /// - Returns: uninitialised memory, to be deallocated by the caller.
    public static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 1), alignment: 64)
        if byteCount >= bytes { un_prefer_huge_pages(memory, byteCount) }
        return memory
    }
}
