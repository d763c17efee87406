import Glibc
import Testing

@testable import Cluster

@Suite("The thread of a computation")
struct ComputingThreadTests {
    /// Where something ran, and what came of it.
    private struct Outcome: Sendable {
        let computed: pthread_t
        let told: pthread_t
        let value: Int
    }

    @Test("is not that of who asks: it computes there once, and tells there what came of it")
    func threads() throws {
        let wakeup = try Wakeup()
        let mailbox = Mailbox<Outcome>(wakeup: wakeup)
        let poller = Poller()
        poller.watch(wakeup)
        for value in 0..<3 {
            ComputingThread.start {
                (pthread_self(), value * value)
            } then: { found in
                mailbox.post(Outcome(computed: found.0, told: pthread_self(), value: found.1))
            }
        }
        var outcomes: [Outcome] = []
        while outcomes.count < 3 {
            let ready = try poller.wait(milliseconds: patience)
            try #require(ready.wasSignalled(wakeup))
            outcomes += mailbox.drain()
        }
        #expect(outcomes.map(\.value).sorted() == [0, 1, 4])
        #expect(outcomes.allSatisfy { $0.computed == $0.told && $0.computed != pthread_self() })
    }
}
