import Glibc
import Pipeline
import Testing

@testable import universal_neurons

@Suite("Signals that ask a process to stop")
struct StopSignalTests {
    @Test("ask it first; the second has a job leave that has something to give back, and ends any other; the third ends all")
    func steps() {
        #expect([0, 1, 2, 3].map { StopSignals.step(after: $0, isSecondHeeded: true) } == [.stop, .leave, .end, .end])
        #expect([0, 1, 2].map { StopSignals.step(after: $0, isSecondHeeded: false) } == [.stop, .end, .end])
    }

    @Test(
        "end with their code what serves until then: as stopped in the middle of work, with nothing at work as asked",
        arguments: [SIGINT, SIGTERM])
    func codes(signal: Int32) {
        let stopped = ErrorReport(PipelineError.stopped, signal: signal)
        let ended = ErrorReport(PipelineError.endedWhileIdle, signal: signal)
        #expect(stopped.status == 128 + signal && ended.status == 128 + signal && stopped.kind == ended.kind)
        guard case .failure = stopped.form, case .ended = ended.form else {
            Issue.record("\(stopped.form), \(ended.form)")
            return
        }
        #expect(stopped.message.contains("before the job was complete") && ended.message == "ended on request, with nothing at work")
    }
}
