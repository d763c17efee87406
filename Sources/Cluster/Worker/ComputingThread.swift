import Foundation
import Kernels

/// A thread that computes one thing of a lease, and ends.
enum ComputingThread {
    /// Starts one.
    ///
    /// - Parameters:
    ///   - compute: what it does.
    ///   - tell: tells what came of it, once the memory that it has freed is the system's again: the next thing is computed by another thread,
    ///     which would not find it.
    static func start<Outcome>(_ compute: @escaping @Sendable () -> Outcome, then tell: @escaping @Sendable (Outcome) -> Void) {
        Thread.detachNewThread {
            let outcome = compute()
            LargeBlocks.returnFreed()
            tell(outcome)
        }
    }
}
