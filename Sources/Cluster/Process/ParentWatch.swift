import Foundation
import Glibc

/// Ends this process soon after the one that has started it, however that ends: nothing can be lost, and a successor need not wait.
public enum ParentWatch {
    /// How often the parent is looked at, in microseconds: nobody waits noticeably, and it costs nothing.
    private static let interval: UInt32 = 100_000

    /// Looks after the parent from here on, on a thread of its own.
    ///
    /// - Parameters:
    ///   - parent: the process that has started this one.
    ///   - status: what this process then ends with.
    /// - Returns: false when the parent is gone already.
    public static func begin(_ parent: Int32, status: Int32) -> Bool {
        guard getppid() == parent else { return false }
        Thread.detachNewThread {
            while getppid() == parent { usleep(interval) }
            _exit(status)
        }
        return true
    }
}
