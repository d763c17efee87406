import Scheduling
import Testing

@Suite("A question that is repeated")
struct RepeatedQuestionTests {
    @Test("is asked at once, then after pauses that double up to the longest")
    func doubles() {
        var question = RepeatedQuestion(pauses: 50...1_000)
        let asked = (7...5_000).filter { question.isDue(at: SchedulerTime(milliseconds: Int64($0))) }
        #expect(zip(asked, asked.dropFirst()).map { $1 - $0 } == [50, 100, 200, 400, 800, 1_000, 1_000, 1_000])
        #expect(asked.first == 7)
    }

    @Test("is late where nobody looks, and begins with the shortest pause where it is a new one")
    func late() {
        var question = RepeatedQuestion(pauses: 50...1_000)
        func due(_ time: Int64) -> Bool { question.isDue(at: SchedulerTime(milliseconds: time)) }
        #expect(due(0) && !due(49) && due(90) && !due(189) && due(190))
        question = RepeatedQuestion(pauses: 50...1_000)
        #expect(due(200) && !due(249) && due(250))
    }
}
