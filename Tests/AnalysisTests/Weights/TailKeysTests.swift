import SmallRuns
import Testing

@testable import Analysis

@Suite("The ends of a row of cosines")
struct TailKeysTests {
    private func found(_ end: PartnerTail.End, _ row: [Float], length: Int) -> (values: [Float], places: [Int32]) {
        let room = Scratch<Int32>(2 * TailKeys.capacity(length: length), repeating: 0)
        var tail = TailKeys(end, length: length, room: room.pointer)
        var start = 0
        // In runs of several lengths, as tiles end; of each only what is outside of the thresholds.
        for run in [1, 700, 1_024, 3, .max] {
            let part = Array(row[start..<min(row.count, start + min(run, row.count))])
            let threshold = tail.threshold
            let chosen = part.indices.filter { end == .highest ? part[$0] > threshold : part[$0] < threshold }.map(Int32.init)
            chosen.withUnsafeBufferPointer { tail.take(part, chosen: $0, start: Int32(start)) }
            start += part.count
        }
        #expect(start == row.count)
        var (values, places) = ([Float](repeating: 9, count: length + 1), [Int32](repeating: 9, count: length + 1))
        tail.finish(values: &values, places: &places)
        #expect(values.last == 9 && places.last == 9)
        return (values.dropLast(), places.dropLast())
    }

    @Test("are those of a sort, with ties for the smaller place, whatever comes in which order", arguments: [1, 2, 16, 100, 500])
    func sorted(length: Int) {
        for seed in 0..<20 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            // Few values: many ties. Rising and falling rows meet the selection at its worst.
            let steps: Int = seed % 2 == 0 ? 40 : 1 << 20
            var row = (0..<2_000).map { _ in Float(Int.random(in: -steps...steps, using: &generator)) / Float(steps) }
            if seed == 3 { row.sort() }
            if seed == 4 { row.sort(by: >) }
            for end in [PartnerTail.End.highest, .lowest] {
                let order = row.indices.sorted { i, j in
                    row[i] == row[j] ? i < j : end == .highest ? row[i] > row[j] : row[i] < row[j]
                }
                let (values, places) = found(end, row, length: length)
                #expect(places == order.prefix(length).map(Int32.init))
                #expect(values == order.prefix(length).map { row[$0] })
            }
        }
    }

    @Test("the two zeros tie, and of nothing nothing is kept")
    func corners() {
        #expect(found(.highest, [0, -0, 0, -1], length: 2).places == [0, 1])
        #expect(found(.lowest, [-0, 0, -0, 1], length: 3).places == [0, 1, 2])
        #expect(found(.lowest, [-0, 1], length: 1).values.map(\.sign) == [.plus])
        #expect(found(.highest, [0.5, 0.25], length: 0).places.isEmpty)
    }
}
