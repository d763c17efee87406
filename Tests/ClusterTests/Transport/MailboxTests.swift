import Glibc
import SmallRuns
import Synchronization
import Testing

@testable import Cluster

@Suite("A mailbox")
struct MailboxTests {
    @Test("carries everything from many threads to one loop, in each sender's order")
    func manyThreads() throws {
        let wakeup = try Wakeup()
        let mailbox = Mailbox<(thread: Int, number: Int)>(wakeup: wakeup)
        let threads = 8
        let posts = 2_000
        let running = (0..<threads).map { thread in
            OwnThread { for number in 0..<posts { mailbox.post((thread, number)) } }
        }
        let poller = Poller()
        poller.watch(wakeup)
        var next = [Int](repeating: 0, count: threads)
        while next.reduce(0, +) < threads * posts {
            // A signal that got lost would end this wait empty.
            try #require(try poller.wait(milliseconds: patience).wasSignalled(wakeup))
            for (thread, number) in mailbox.drain() {
                #expect(number == next[thread])
                next[thread] += 1
            }
        }
        for thread in running { thread.join() }
        #expect(mailbox.drain().isEmpty)
    }

    @Test("a wakeup signalled before the wait ends it, once, however often it was signalled")
    func once() throws {
        let wakeup = try Wakeup()
        let other = try Wakeup()
        let poller = Poller()
        poller.watch(wakeup)
        poller.watch(other)
        for _ in 0..<5 { wakeup.signal() }
        let ready = try poller.wait(milliseconds: nil)
        #expect(ready.wasSignalled(wakeup) && !ready.wasSignalled(other))
        #expect(try poller.wait(milliseconds: 0).isEmpty)
    }

    @Test("a signal to the process does not end a wait")
    func interrupted() throws {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        sigaction(SIGUSR2, &action, nil)
        let wakeup = try Wakeup()
        let waiting = Mutex<pthread_t?>(nil)
        let outcome = Mutex<Bool?>(nil)
        let thread = OwnThread {
            let poller = Poller()
            poller.watch(wakeup)
            waiting.withLock { $0 = pthread_self() }
            let signalled = try? poller.wait(milliseconds: nil).wasSignalled(wakeup)
            outcome.withLock { $0 = signalled ?? false }
        }
        #expect(eventually { waiting.withLock { $0 } != nil })
        for _ in 0..<20 {
            if let target = waiting.withLock({ $0 }) { pthread_kill(target, SIGUSR2) }
            usleep(1_000)
        }
        #expect(outcome.withLock { $0 } == nil)
        wakeup.signal()
        thread.join()
        #expect(outcome.withLock { $0 } == true)
    }

    @Test("a wait ends for a socket and a wakeup alike, and passes over a socket that is closed")
    func both() throws {
        let context = try MessageContext()
        let router = try MessageSocket(.router, in: context, security: .insecure)
        let dealer = try MessageSocket(.dealer, in: context, security: .insecure)
        try dealer.connect(try router.bind(Endpoint("tcp://127.0.0.1:*")))
        let wakeup = try Wakeup()
        let poller = Poller()
        poller.watch(router)
        poller.watch(dealer)
        poller.watch(wakeup)
        #expect(try dealer.send(OutgoingMessage(.greeting, encoded: [])) == .sent)
        #expect(try poller.wait(milliseconds: patience).hasMessages(router))
        // Still there: nobody took it.
        wakeup.signal()
        let ready = try poller.wait(milliseconds: patience)
        #expect(ready.hasMessages(router) && ready.wasSignalled(wakeup) && !ready.hasMessages(dealer))
        router.close()
        poller.stopWatching(dealer)
        #expect(try poller.wait(milliseconds: 0).isEmpty)
    }
}
