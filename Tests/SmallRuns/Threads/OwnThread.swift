import Foundation

/// A thread beside those that tests share, which are no more than the machine has cores: what waits on one of those keeps other tests waiting.
public final class OwnThread: Sendable {
    private let done = DispatchSemaphore(value: 0)

    /// Runs a body on a thread of its own.
    public init(_ body: @escaping @Sendable () -> Void) {
        let done = done
        Thread.detachNewThread {
            body()
            done.signal()
        }
    }

    /// Waits for the body's end, on the caller's thread.
    public func join() { done.wait() }

    /// Runs what waits for others, a process or a thread, so that no other test has to wait for it.
    public static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }
}
