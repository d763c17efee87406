import Scheduling
import Storage
import Testing

@Suite("The queue of questions")
struct QuestionQueueTests {
    private typealias Queue = QuestionQueue<String>
    private static let (first, second, third) = (Digest(of: "first"), Digest(of: "second"), Digest(of: "third"))

    private func time(_ milliseconds: Int64) -> SchedulerTime { SchedulerTime(milliseconds: milliseconds) }

    @Test("takes one question at a time, in the order in which they came, and says how many are before")
    func turns() {
        var queue = Queue(patience: 1_000)
        #expect(queue.handle(.asked("a", Self.first), at: time(0)) == [.begin(Self.first)])
        #expect(queue.handle(.asked("b", Self.second), at: time(1)).isEmpty && queue.handle(.asked("c", Self.third), at: time(2)).isEmpty)
        #expect(["a", "b", "c", "d"].map(queue.standing) == [.current, .waiting(ahead: 1), .waiting(ahead: 2), .unknown])
        #expect(queue.handle(.ended(Self.first), at: time(3)) == [.begin(Self.second)])
        #expect(["a", "b", "c"].map(queue.standing) == [.ended, .current, .waiting(ahead: 1)])
        #expect(queue.handle(.left("a"), at: time(4)) == [.forget(Self.first)])
        #expect(queue.handle(.ended(Self.second), at: time(5)) == [.begin(Self.third)])
        #expect(queue.handle(.ended(Self.third), at: time(6)).isEmpty && queue.current == nil)
    }

    @Test("answers a question once for all who ask it while it waits or is measured, and again for whoever asks it afterwards")
    func shared() {
        var queue = Queue(patience: 1_000)
        _ = queue.handle(.asked("a", Self.first), at: time(0))
        #expect(queue.handle(.asked("b", Self.first), at: time(1)).isEmpty && queue.standing(of: "b") == .current)
        // The same is said again: a message may come twice.
        #expect(queue.handle(.asked("a", Self.first), at: time(2)).isEmpty && queue.waiting.isEmpty)
        #expect(queue.handle(.left("a"), at: time(3)).isEmpty && !queue.isPutDown)
        #expect(Set(queue.askers(of: Self.first)) == ["b"])
        #expect(queue.handle(.ended(Self.first), at: time(4)).isEmpty && queue.standing(of: "b") == .ended)
        #expect(queue.handle(.asked("a", Self.first), at: time(5)) == [.begin(Self.first)])
        // For who has been told already it stays ended.
        #expect(queue.standing(of: "b") == .ended && queue.standing(of: "a") == .current)
    }

    @Test("lets a question go that nobody waits for: out of the queue, or put down, and takes it up again for whoever asks meanwhile")
    func putDown() {
        var queue = Queue(patience: 1_000)
        _ = queue.handle(.asked("a", Self.first), at: time(0))
        _ = queue.handle(.asked("b", Self.second), at: time(0))
        #expect(queue.handle(.left("b"), at: time(1)) == [.forget(Self.second)] && queue.waiting.isEmpty)
        #expect(queue.handle(.left("a"), at: time(2)) == [.putDown(Self.first)] && queue.isPutDown)
        #expect(queue.handle(.left("a"), at: time(2)).isEmpty)
        #expect(queue.handle(.asked("c", Self.first), at: time(3)).isEmpty && queue.standing(of: "c") == .waiting(ahead: 1))
        #expect(queue.handle(.ended(Self.first), at: time(4)) == [.begin(Self.first)])
        #expect(queue.standing(of: "c") == .current && !queue.isPutDown)
        // Another question in place of the last one.
        #expect(queue.handle(.asked("c", Self.third), at: time(5)) == [.putDown(Self.first)])
        #expect(queue.handle(.ended(Self.first), at: time(6)) == [.forget(Self.first), .begin(Self.third)])
        // An end that comes twice is the end of nothing else.
        #expect(queue.handle(.ended(Self.first), at: time(7)).isEmpty && queue.current == Self.third)
    }

    @Test("gives up askers that are silent, but not for time in which nobody listened")
    func silence() {
        var queue = Queue(patience: 1_000)
        _ = queue.handle(.asked("a", Self.first), at: time(0))
        _ = queue.handle(.asked("b", Self.first), at: time(0))
        for moment in stride(from: Int64(200), through: 1_000, by: 200) {
            _ = queue.handle(.heard("a"), at: time(moment))
            #expect(queue.handle(.tick, at: time(moment)).isEmpty)
        }
        #expect(queue.handle(.tick, at: time(1_200)).isEmpty && queue.standing(of: "b") == .unknown)
        // As if a model was read for ages.
        #expect(queue.handle(.tick, at: time(900_000)).isEmpty && queue.standing(of: "a") == .current)
        var actions: [Queue.Action] = []
        for moment in stride(from: Int64(900_200), through: 902_000, by: 200) { actions += queue.handle(.tick, at: time(moment)) }
        #expect(actions == [.putDown(Self.first)])
    }

    @Test("refuses questions and askers beyond what it has room for, and keeps those that it has")
    func room() {
        var queue = Queue(patience: 1_000)
        for number in 0...Queue.mostWaiting { _ = queue.handle(.asked("\(number)", Digest(of: "question \(number)")), at: time(0)) }
        #expect(queue.waiting.count == Queue.mostWaiting)
        #expect(queue.handle(.asked("more", Self.first), at: time(1)) == [.refuse("more"), .forget(Self.first)])
        // One that waits already takes no room.
        #expect(queue.handle(.asked("more", Digest(of: "question 5")), at: time(2)).isEmpty)
        for number in 0..<Queue.mostAskers { _ = queue.handle(.asked("asker \(number)", Digest(of: "question 5")), at: time(3)) }
        #expect(queue.askers(of: Digest(of: "question 5")).count <= Queue.mostAskers)
        #expect(queue.handle(.asked("last", Digest(of: "question 5")), at: time(4)) == [.refuse("last")])
        #expect(queue.standing(of: "last") == .unknown && queue.standing(of: "5") == .waiting(ahead: 5))
    }

    @Test("keeps its promises over random histories: one turn at a time, nobody forgotten, nothing left over")
    func histories() {
        for seed in 0..<200 {
            var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
            func random(_ bound: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((state >> 33) % UInt64(bound))
            }
            var queue = Queue(patience: 1_000)
            var current: Digest?
            var known: Set<Digest> = []
            var clock: Int64 = 0
            func apply(_ actions: [Queue.Action]) {
                for action in actions {
                    switch action {
                    case .begin(let question):
                        #expect(current == nil && known.contains(question), "seed \(seed)")
                        current = question
                    case .putDown(let question): #expect(current == question, "seed \(seed)")
                    case .forget(let question):
                        #expect(current != question, "seed \(seed)")
                        known.remove(question)
                    case .refuse: Issue.record("seed \(seed): there is room")
                    }
                }
            }
            for _ in 0..<300 {
                clock += Int64(random(150))
                let (asker, question) = ("\(random(4))", Digest(of: "\(random(3))"))
                switch random(6) {
                case 0, 1:
                    known.insert(question)
                    apply(queue.handle(.asked(asker, question), at: time(clock)))
                    let standing = queue.standing(of: asker)
                    #expect(queue.question(of: asker) == question && standing != .unknown && standing != .ended, "seed \(seed)")
                case 2: apply(queue.handle(.heard(asker), at: time(clock)))
                case 3: apply(queue.handle(.left(asker), at: time(clock)))
                case 4: apply(queue.handle(.tick, at: time(clock)))
                default:
                    if let ended = current {
                        current = nil
                        apply(queue.handle(.ended(ended), at: time(clock)))
                    }
                }
                #expect(queue.current == current && Set(queue.waiting).count == queue.waiting.count, "seed \(seed)")
                #expect(queue.waiting.allSatisfy { !queue.askers(of: $0).isEmpty }, "seed \(seed)")
                #expect(current.map { queue.isPutDown || !queue.askers(of: $0).isEmpty } ?? queue.waiting.isEmpty, "seed \(seed)")
            }
            for asker in 0..<4 { apply(queue.handle(.left("\(asker)"), at: time(clock))) }
            while let ended = current {
                current = nil
                apply(queue.handle(.ended(ended), at: time(clock)))
            }
            #expect(known.isEmpty && queue.waiting.isEmpty, "seed \(seed)")
        }
    }
}
