import Glibc
import Kernels
import Synchronization
import Testing

@Suite("Thread team")
struct ThreadTeamTests {
    struct Failure: Error, Equatable { let item: Int }

    @Test("every item runs once, on a thread of the team", arguments: [1, 2, 3, 8, 33])
    func everyItemOnce(count: Int) throws {
        for items in [0, 1, 2, 7, 1_000] {
            let seen = Mutex([Int](repeating: 0, count: items))
            let threads = Mutex(Set<Int>())
            try ThreadTeam(count: count).forEach(items) { item, thread in
                seen.withLock { $0[item] += 1 }
                _ = threads.withLock { $0.insert(thread) }
            }
            #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
            #expect(threads.withLock { $0.allSatisfy { (0..<count).contains($0) } })
        }
    }

    @Test("results come in the order of the items, whatever the order they are computed in", arguments: [1, 2, 5])
    func results(count: Int) throws {
        let team = ThreadTeam(count: count)
        let results = try team.map(100) { item, _ in
            if item % 7 == 0 { usleep(300) }
            return "item \(item)"
        }
        #expect(results == (0..<100).map { "item \($0)" })
        #expect(try team.map(0) { item, _ in item }.isEmpty)
        // A result that is itself nothing keeps its place.
        #expect(try team.map(4) { item, _ -> Int? in item == 2 ? nil : item } == [0, 1, nil, 3])
        #expect(throws: Failure(item: 5)) { try team.map(9) { item, _ in if item == 5 { throw Failure(item: item) } } }
    }

    @Test("no two items of one thread run at the same time")
    func scratchIsPrivate() throws {
        let busy = (0..<4).map { _ in Counter() }
        try ThreadTeam(count: 4).forEach(200) { _, thread in
            #expect(busy[thread].value.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue == 1)
            usleep(50)
            busy[thread].value.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        }
    }

    @Test("more threads than cores do run at the same time")
    func moreThreadsThanCores() throws {
        let count = ThreadTeam.coresOfThisProcess + 3
        let arrived = Counter()
        // Every item waits until all have arrived: with fewer threads than items this would never end.
        try ThreadTeam(count: count).forEach(count) { _, _ in
            arrived.value.wrappingAdd(1, ordering: .sequentiallyConsistent)
            while arrived.value.load(ordering: .sequentiallyConsistent) < count { usleep(100) }
        }
        #expect(arrived.value.load(ordering: .sequentiallyConsistent) == count)
    }

    @Test("the error of the lowest failing item is thrown, whichever comes first", arguments: [1, 2, 3, 8])
    func lowestError(count: Int) {
        for round in 0..<30 {
            #expect(throws: Failure(item: 5)) {
                try ThreadTeam(count: count).forEach(100) { item, _ in
                    // The lowest failing item is the slowest.
                    if item == 5 { usleep(UInt32(200 * (round % 3))) }
                    if item >= 5 { throw Failure(item: item) }
                }
            }
        }
    }

    @Test("after an error no further items are handed out")
    func stopsEarly() {
        let (ran, hasBegun) = (Counter(), Counter())
        #expect(throws: Failure(item: 0)) {
            try ThreadTeam(count: 2).forEach(10_000) { item, _ in
                ran.value.wrappingAdd(1, ordering: .relaxed)
                if item == 0 {
                    hasBegun.value.store(1, ordering: .sequentiallyConsistent)
                    throw Failure(item: 0)
                }
                // However late its thread gets a processor, the other items do not run past it.
                while hasBegun.value.load(ordering: .sequentiallyConsistent) == 0 { usleep(100) }
                usleep(2_000)
            }
        }
        #expect(ran.value.load(ordering: .relaxed) < 1_000)
    }

    @Test("a team may be used from a body of another team")
    func nested() throws {
        let sum = Counter()
        try ThreadTeam(count: 3).forEach(5) { outer, _ in
            try ThreadTeam(count: 2).forEach(4) { inner, _ in
                sum.value.wrappingAdd(outer * 10 + inner, ordering: .relaxed)
            }
        }
        #expect(sum.value.load(ordering: .relaxed) == (0..<5).reduce(0) { $0 + $1 * 40 + 6 })
    }
}

final class Counter: Sendable {
    let value = Atomic<Int>(0)
}
