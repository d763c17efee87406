import CKernels

/// Large blocks of memory: buffers of activations, tiles of sums.
public enum LargeBlocks {
    /// Blocks from this size on are large: below it a mapping for each would cost more than it gives back.
    public static let bytes = 1 << 20

    /// Makes the memory of a large block go back to the operating system when it is freed. To be called once, before the threads start.
    ///
    /// Else glibc keeps blocks of up to 32 MiB in the arena of the thread that took them, and the next task, on another thread, takes new
    /// ones: a worker that needs 360 MB for a task was seen to hold 660.
    public static func returnWhenFreed() { un_return_large_blocks(bytes) }
}
