import Synchronization

@testable import Pipeline

/// Raises a request to stop once so much is done, and knows the stage that began last.
final class Interruption: ProgressReporter {
    private let most: Int
    private let stop: StopRequest
    private let done = Atomic<Int>(0)
    let stage = Mutex<ProgressStage?>(nil)

    init(after most: Int, _ stop: StopRequest) { (self.most, self.stop) = (most, stop) }

    func begin(_ stage: ProgressStage) { self.stage.withLock { $0 = stage } }
    func advance(by count: Int) {
        if done.wrappingAdd(count, ordering: .relaxed).newValue >= most { stop.raise() }
    }
    func end() {}
}
