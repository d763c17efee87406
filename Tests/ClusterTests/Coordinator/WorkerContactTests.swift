import Scheduling
import Testing

@testable import Cluster

@Suite("What is known of a worker")
struct WorkerContactTests {
    @Test("is forgotten once nothing was heard of it for very long")
    func gone() throws {
        let policy = SchedulerPolicy()
        let identity = try #require(RoutingIdentity(named: "worker"))
        let contact = WorkerContact(identity: identity, heard: SchedulerTime(milliseconds: 1_000))
        let most = (policy.leaseTimeout + 1) * policy.forgetsAfter
        #expect(!contact.isGone(at: SchedulerTime(milliseconds: 1_000 + most - 1), under: policy))
        #expect(contact.isGone(at: SchedulerTime(milliseconds: 1_000 + most), under: policy))
    }
}
