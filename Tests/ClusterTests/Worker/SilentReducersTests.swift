import Testing

@testable import Cluster

@Suite("Reducers that a worker waits for")
struct SilentReducersTests {
    @Test("are told of once, when something is kept for them, and once when they are back")
    func once() {
        var silent = SilentReducers()
        #expect(silent.take(silent: [1], here: [0, 1], holding: []) == (missed: [], back: []))
        #expect(silent.take(silent: [1], here: [0, 1], holding: [0, 1]) == (missed: [1], back: []))
        #expect(silent.take(silent: [1], here: [0, 1], holding: [0, 1]) == (missed: [], back: []))
        // Another coordinator has not met it yet.
        #expect(silent.take(silent: [], here: [0], holding: [1]) == (missed: [], back: []))
        #expect(silent.take(silent: [], here: [0, 1], holding: [1]) == (missed: [], back: [1]))
        #expect(silent.take(silent: [], here: [0, 1], holding: [1]) == (missed: [], back: []))
        #expect(silent.take(silent: [0, 1], here: [0, 1], holding: [0, 1]) == (missed: [0, 1], back: []))
    }
}
