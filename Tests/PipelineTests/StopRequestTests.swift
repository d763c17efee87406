import Testing

@testable import Pipeline

@Suite("A request to stop")
struct StopRequestTests {
    @Test("is seen by whoever checks, once it is raised")
    func raised() throws {
        let request = StopRequest()
        try request.check()
        request.raise()
        request.raise()
        #expect(request.isRaised)
        #expect(throws: PipelineError.stopped) { try request.check() }
    }
}
