import Foundation
import Synchronization

extension Coordinator {
    /// Goes on answering on a thread of its own while something is done with the numbers: whoever waits for another round shall neither leave
    /// nor take the run for lost.
    ///
    /// - Parameter body: must not touch the coordinator.
    /// - Returns: what `body` gives.
    /// - Throws: what `body` throws, else what went wrong with answering.
    func answer<Value>(during body: () throws -> Value) throws -> Value {
        isAnalysing = true
        defer { isAnalysing = false }
        let lent = LentCoordinator(self)
        lent.start()
        let result = Result { try body() }
        let failure = lent.end()
        let value = try result.get()
        if let failure { throw failure }
        return value
    }
}

/// A coordinator that another thread has, until it is wanted back.
private final class LentCoordinator: @unchecked Sendable {
    // One thread has it at a time: the starting of the thread and its end are what passes it on.
    private var coordinator: Coordinator?
    private var failure: (any Error)?
    private let isWanted = Atomic<Bool>(false)
    private let done = DispatchSemaphore(value: 0)

    init(_ coordinator: Coordinator) { self.coordinator = coordinator }

    func start() { Thread.detachNewThread { [self] in work() } }

    /// Waits until it is back.
    ///
    /// - Returns: what ended its work before.
    func end() -> (any Error)? {
        isWanted.store(true, ordering: .releasing)
        done.wait()
        return failure
    }

    private func work() {
        do {
            while !isWanted.load(ordering: .acquiring) { try coordinator?.turn() }
        } catch {
            failure = error
        }
        // Its address is needed again as soon as its owner lets go of it: this thread may end later.
        coordinator = nil
        done.signal()
    }
}
