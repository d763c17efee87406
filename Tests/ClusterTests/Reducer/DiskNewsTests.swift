import Testing

@testable import Cluster

@Suite("What a reducer's log says of its disk")
struct DiskNewsTests {
    @Test("is said once, whichever file has no room, again when the reason is another one, and once that something was taken")
    func once() {
        var news = DiskNews()
        func pause(_ reason: String) -> Bool { news.pause(reason) }
        func take() -> Bool { news.take() }
        let full = "no room for /store/staging/a.part: write of 4096 bytes failed (No space left on device)"
        #expect(!take())
        #expect(pause(full))
        #expect(!pause("no room for /store/sections/b.sums.part: write of 128 bytes failed (No space left on device)"))
        #expect(pause("/store/staging/a.part: write failed (Input/output error)"))
        #expect(pause(full))
        #expect(take())
        #expect(!take())
        #expect(pause(full))
    }
}
