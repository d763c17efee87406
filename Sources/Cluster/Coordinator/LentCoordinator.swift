import Foundation
import Synchronization

/// A coordinator that another thread has, until it is wanted back.
final class LentCoordinator: @unchecked Sendable {
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
