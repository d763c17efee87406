import Foundation

/// Threads beside those that tests share, which are no more than the machine has cores.
enum OwnThread {
    /// Runs what waits for other processes, so that no other test has to wait for it.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }
}
