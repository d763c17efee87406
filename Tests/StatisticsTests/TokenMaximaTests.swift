import Kernels
import SmallRuns
import Testing

@testable import Statistics

@Suite("Tokens of highest activation")
struct TokenMaximaTests {
    /// The first tokens of a column over the counted places of some rows, by plain loops.
    private func expected(_ run: SyntheticRun, layer: Int, column: Int, rows: [Int], count: Int) -> [(token: Int32, value: Float)] {
        let tokens = run.rows(rows).tokens
        var highest: [Int32: Float] = [:]
        for (place, row) in rows.enumerated() {
            for position in 0..<run.context where run.isCounted[Int(tokens[place * run.context + position])] {
                let value = run.models[0].value(row: row, position: position, layer: layer, column: column)
                let token = tokens[place * run.context + position]
                if value > 0 { highest[token] = max(highest[token] ?? 0, value) }
            }
        }
        return highest.map { (token: $0.key, value: $0.value) }.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.token < $1.token
        }.prefix(count).map { $0 }
    }

    @Test("are those of plain loops, on any number of threads, with values that stand many times", arguments: [1, 2, 3, 20])
    func plainLoops(count: Int) throws {
        // Values of a few steps: most tokens have the same.
        let coarse: @Sendable (Int, Int, Int, Int, Float) -> Float = { _, _, _, column, value in
            column == 1 ? -1 : (value * Float(column + 1)).rounded(.down) / 2
        }
        var run = SyntheticRun(models: [SyntheticSource(id: "a", widths: [5, 9], change: coarse), SyntheticSource(id: "b", widths: [4])])
        run.moments = MomentSettings(maxima: count)
        let rows = Array(0..<40)
        let calibration = try run.calibration()
        for threads in 1...3 {
            let partial = try run.partial(shard: 0, rows: rows, threads: threads, calibration: calibration)
            #expect(partial.tokens.map(\.list.group) == [0, 1])
            for sums in partial.tokens {
                #expect(sums.list.problem == nil)
                for column in 0..<sums.list.columns {
                    let found = sums.list.tokens(of: column)
                    let expected = expected(run, layer: sums.list.group, column: column, rows: rows, count: count)
                    #expect(found.map(\.token) == expected.map(\.token) && found.map(\.value) == expected.map(\.value))
                    if column == 1 { #expect(found.isEmpty) }
                }
            }
        }
    }

    @Test("of two lists are merged as each token's highest value is sorted, with ties, short lists and none", arguments: [1, 3, 100])
    func merged(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        /// The order of a list, by plain sorting of each token's highest value.
        func sorted(_ tokens: [(token: Int32, value: Float)]) -> [(token: Int32, value: Float)] {
            var highest: [Int32: Float] = [:]
            for (token, value) in tokens { highest[token] = max(highest[token] ?? 0, value) }
            return highest.map { (token: $0.key, value: $0.value) }.sorted {
                $0.value != $1.value ? $0.value > $1.value : $0.token < $1.token
            }.prefix(count).map { $0 }
        }
        let columns = 40
        /// Values of a few steps of tokens of which two lists share many, far apart as those of a vocabulary are.
        func list() -> TokenMaxima {
            var list = TokenMaxima(group: 2, columns: columns, count: count)
            for column in 0..<columns {
                let offered = (0..<Int.random(in: 0...2 * count, using: &generator)).map { _ in
                    (
                        token: Int32.random(in: 0..<Int32(3 * count), using: &generator) * 1_021,
                        value: Float(Int.random(in: 1...20, using: &generator)) / 4
                    )
                }
                for (place, (token, value)) in sorted(offered).enumerated() {
                    list.tokens[column * count + place] = token
                    list.values[column * count + place] = value
                }
            }
            return list
        }
        for _ in 0..<10 {
            let (first, second) = (list(), list())
            var merged = first
            merged.merge(second)
            #expect(merged.problem == nil)
            for column in 0..<columns {
                let expected = sorted(first.tokens(of: column) + second.tokens(of: column))
                let found = merged.tokens(of: column)
                #expect(found.map(\.token) == expected.map(\.token) && found.map(\.value) == expected.map(\.value))
            }
            var turned = second
            turned.merge(first)
            #expect(turned == merged)
        }
    }

    @Test("are not kept where none is asked for")
    func none() throws {
        var run = SyntheticRun()
        run.moments = MomentSettings(maxima: 0)
        let partial = try run.partial(shard: 0, rows: [1, 2])
        #expect(partial.tokens.isEmpty && partial.moments.count == 2)
    }
}
