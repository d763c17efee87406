import Analysis
import SmallRuns
import Statistics
import Testing

@testable import Pipeline

@Suite("The windows of a neuron that are shown and held out")
struct WindowChoiceTests {
    private let settings = ExampleSettings(count: 50, before: 6, after: 3)

    /// Examples at random places, strongest first.
    private func examples(_ count: Int, rows: Int, context: Int, seed: UInt64) -> [Example] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { order in
            Example(
                value: Float(count - order), row: Int.random(in: 0..<rows, using: &random),
                position: Int.random(in: 0..<context, using: &random), window: [])
        }
    }

    private func choice(
        _ examples: [Example], neuron: (Int, Int) = (1, 2), shown: Int = 10, heldOut: Int = 5, rows: Int, context: Int = 40,
        seed: UInt64 = 3
    ) -> WindowChoice {
        WindowChoice(
            of: NeuronPlace(layer: neuron.0, neuron: neuron.1), examples: examples, settings: settings, shown: shown, heldOut: heldOut,
            rows: rows, context: context, seed: seed)
    }

    @Test("have no token of the corpus in common, lie within their rows, and are as many as were asked for", arguments: 0..<40)
    func disjoint(seed: Int) {
        let (rows, context) = (12 + seed, 40)
        let examples = examples(50, rows: rows, context: context, seed: UInt64(seed))
        let found = choice(examples, rows: rows, seed: UInt64(seed))
        let all = found.shown + found.heldOut
        var tokens: Set<[Int]> = []
        var count = 0
        for window in all {
            #expect((0..<rows).contains(window.row) && window.first >= 0 && window.end <= context && window.count > 0)
            for position in window.first..<window.end { tokens.insert([window.row, position]) }
            count += window.count
        }
        #expect(tokens.count == count)
        #expect(found.heldOut.count == 5 && (5...10).contains(found.shown.count))
        #expect(
            found.heldOut.map { [$0.row, $0.first] }
                == found.heldOut.map { [$0.row, $0.first] }.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test("are around the strongest examples, cut at the ends of the row; three of five held out are around others, two are random")
    func strongest() {
        // One example a row, at either end and in the middle.
        let positions = [0, 2, 20, 37, 39]
        let examples = (0..<30).map { Example(value: Float(30 - $0), row: 2 * $0, position: positions[$0 % 5], window: []) }
        let found = choice(examples, rows: 60)
        func window(_ order: Int) -> TokenWindow {
            let first = [0, 0, 14, 31, 33][order % 5]
            return TokenWindow(row: 2 * order, first: first, count: [4, 6, 10, 9, 7][order % 5])
        }
        #expect(found.shown == (0..<10).map(window))
        let others = Set((10..<30).map(window))
        #expect(found.heldOut.count { others.contains($0) } >= 3)
        #expect(found.heldOut.count { !others.contains($0) } <= 2)
        #expect(found.heldOut.allSatisfy { others.contains($0) || $0.count == 10 })
    }

    @Test("are fewer that are shown where a run keeps few examples: half of the held-out ones are around examples all the same")
    func few() {
        func shown(_ count: Int) -> [Int] {
            let examples = (0..<count).map { Example(value: Float(9 - $0), row: $0, position: 20, window: []) }
            let found = choice(examples, rows: 500)
            let strong = found.heldOut.count { window in examples.contains { $0.row == window.row && window.first == 14 } }
            return [found.shown.count, strong, found.heldOut.count]
        }
        #expect(shown(0) == [0, 0, 5])
        #expect(shown(1) == [1, 0, 5])
        #expect(shown(2) == [1, 1, 5])
        #expect(shown(5) == [3, 2, 5])
        #expect(shown(9) == [6, 3, 5])
    }

    @Test("leave out an example whose window overlaps that of a stronger one, and one that no row has")
    func overlapping() {
        let places = [(0, 20), (0, 29), (0, 30), (1, 20), (-1, 3), (900, 3), (2, 77)]
        let examples = places.enumerated().map { Example(value: Float(9 - $0), row: $1.0, position: $1.1, window: []) }
        let found = choice(examples, heldOut: 0, rows: 500)
        // Positions 14 to 23, then 23 to 32, then 24 to 33.
        #expect(found.shown.map { [$0.row, $0.first] } == [[0, 14], [0, 24], [1, 14]])
        #expect(found.heldOut.isEmpty)
    }

    @Test("are decided by the neuron and the seed")
    func seeded() {
        let examples = examples(50, rows: 100, context: 40, seed: 5)
        let found = choice(examples, rows: 100)
        #expect(choice(examples, rows: 100).heldOut == found.heldOut)
        for other in [choice(examples, rows: 100, seed: 4), choice(examples, neuron: (2, 1), rows: 100)] {
            #expect(other.shown == found.shown && other.heldOut != found.heldOut)
        }
    }

    @Test("end where the corpus has no more, and are whole rows where these are short")
    func small() {
        let example = Example(value: 1, row: 0, position: 5, window: [])
        // The only row is taken by the example's window but for three tokens.
        let one = choice([example], rows: 1, context: 12)
        #expect(one.shown == [TokenWindow(row: 0, first: 0, count: 9)] && one.heldOut.isEmpty)
        let short = choice([example], rows: 3, context: 8)
        #expect(short.shown == [TokenWindow(row: 0, first: 0, count: 8)])
        #expect(short.heldOut == [TokenWindow(row: 1, first: 0, count: 8), TokenWindow(row: 2, first: 0, count: 8)])
    }
}
