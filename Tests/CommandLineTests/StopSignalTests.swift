import Testing

@testable import universal_neurons

@Suite("Signals that ask a process to stop")
struct StopSignalTests {
    @Test("ask it first; the second has a job leave that has something to give back, and ends any other; the third ends all")
    func steps() {
        #expect([0, 1, 2, 3].map { StopSignals.step(after: $0, isSecondHeeded: true) } == [.stop, .leave, .end, .end])
        #expect([0, 1, 2].map { StopSignals.step(after: $0, isSecondHeeded: false) } == [.stop, .end, .end])
    }
}
