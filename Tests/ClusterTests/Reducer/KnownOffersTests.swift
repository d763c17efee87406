import Scheduling
import Storage
import Testing

@testable import Cluster

@Suite("What workers said of their parcels")
struct KnownOffersTests {
    private let offer = ParcelOffer(
        parcel: ParcelID(task: TaskID(shard: 0, group: 0), digest: Digest(of: "numbers")), worker: WorkerID("worker"), sections: [],
        bytes: 1)

    @Test("is forgotten when it is old, and looked through once a second, however often that is asked for")
    func old() {
        var offers = KnownOffers()
        func isKnown() -> Bool { offers.offer(of: offer.parcel, by: offer.worker) != nil }
        let start = SchedulerTime.zero
        let hasRoom = offers.keep(offer, at: start)
        #expect(hasRoom)
        offers.forgetOld(at: start + KnownOffers.patience)
        #expect(isKnown())
        offers.forgetOld(at: start + KnownOffers.patience + 999)
        #expect(isKnown())
        offers.forgetOld(at: start + KnownOffers.patience + 1_000)
        #expect(!isKnown())
    }
}
