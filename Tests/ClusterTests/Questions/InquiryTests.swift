import Analysis
import Models
import Pipeline
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("What a worker is told of a question")
struct InquiryTests {
    private let folder: TemporaryFolder
    private let tiny: TinyPlan

    init() throws {
        folder = try TemporaryFolder()
        tiny = try TinyPlan(in: folder)
    }

    private func content(_ message: (Inquiry, [PayloadFrame])) throws -> Inquiry.Content {
        let payload = try message.1.map { try ReceivedFrame(copying: $0.bytes) }
        return try message.0.content(in: payload, for: tiny.run.folder).content
    }

    @Test("travels whole: plan, question, counts and the draw's first row")
    func travels() throws {
        let found = try content(
            tiny.inquiry { question, counts, _ in
                question = TinyPlan.question(frozen: [.nothing, .frequency])
                counts = [3, 0, 1]
            })
        #expect(found.question == TinyPlan.question(frozen: [.nothing, .frequency]) && found.counts == [3, 0, 1])
        #expect(found.row.tokens == tiny.run.firstRow.tokens && found.row.indices == tiny.run.firstRow.indices)
    }

    @Test("names the kernels that the answer is kept under, where the plan names none")
    func kernels() throws {
        #expect(try content(tiny.inquiry()).kernels == nil)
        #expect(try content(tiny.inquiry(kernels: "SkylakeX")).kernels == "SkylakeX")
        for kernels in ["", "two\nlines", String(repeating: "k", count: 65)] {
            #expect(throws: MessageRefusal.self, "\(kernels)") { _ = try content(tiny.inquiry(kernels: kernels)) }
        }
        // Named after other kernels than those that it says.
        let (inquiry, _) = try tiny.inquiry(kernels: "Haswell")
        let (_, payload) = try tiny.inquiry(kernels: "Skylake")
        #expect(throws: MessageRefusal.self) { _ = try content((inquiry, payload)) }
    }

    @Test("is refused where the question is none of the plan's model, or row or counts are none of the corpus's")
    func refused() throws {
        typealias Change = (inout InterventionQuestion, inout [Int]?, inout [Int32]) -> Void
        func asked(_ model: String = "a", layer: Int = 0, neuron: Int = 0, frozen: [FrozenPart] = [.nothing]) -> InterventionQuestion {
            InterventionQuestion(model: model, neurons: [NeuronPlace(layer: layer, neuron: neuron)], frozen: frozen) { _ in
                [Intervention(.zero)]
            }
        }
        let changes: [Change] = [
            { question, _, _ in question = asked("z") },
            { question, _, _ in question = asked(layer: 2) },
            { question, _, _ in question = asked(neuron: 12) },
            { question, _, _ in question = asked(layer: -1) },
            { question, _, _ in question = asked(frozen: [.frequency]) },
            { _, counts, _ in counts = [1] },
            { question, counts, _ in (question, counts) = (asked(frozen: [.frequency]), [1, -1]) },
            { question, counts, _ in (question, counts) = (asked(frozen: [.frequency]), [Int](repeating: 0, count: 65)) },
            { question, counts, _ in (question, counts) = (asked(frozen: [.frequency]), [.max, .max]) },
            { _, _, tokens in tokens[3] = 64 },
            { _, _, tokens in tokens[3] = -1 },
            { _, _, tokens in tokens.append(1) },
        ]
        for (place, change) in changes.enumerated() {
            #expect(throws: MessageRefusal.self, "change \(place)") { _ = try content(tiny.inquiry(change: change)) }
        }
        // The bytes of another question than the one that is named.
        let (inquiry, payload) = try tiny.inquiry()
        let other = Inquiry(plan: inquiry.plan, question: Digest(of: "other"), epoch: 1, heartbeat: 100, bytes: inquiry.bytes)
        #expect(throws: MessageRefusal.self) { _ = try content((other, payload)) }
        let foreign = Inquiry(plan: Digest(of: "other"), question: inquiry.question, epoch: 1, heartbeat: 100, bytes: inquiry.bytes)
        #expect(throws: MessageRefusal.self) { _ = try content((foreign, payload)) }
    }
}
