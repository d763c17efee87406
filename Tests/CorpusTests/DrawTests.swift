import Foundation
import Testing

@testable import Corpus

@Suite struct DrawTests {
    struct Known: Decodable {
        let seed: String
        let rows: Int
        let positions: [Int]
        let expected: [Int]
    }

    @Test("the order is the one that the description gives, computed independently")
    func known() throws {
        for known in try Fixture.decode([Known].self, "draw.json") {
            let draw = Draw(seed: try #require(UInt64(known.seed)), rows: known.rows)
            #expect(known.positions.map(draw.row(at:)) == known.expected, "seed \(known.seed), \(known.rows) rows")
        }
    }

    @Test("every order is a permutation", arguments: [1, 2, 3, 4, 5, 15, 16, 17, 100, 256, 1000, 4096, 4097])
    func permutation(rows: Int) {
        for seed in [0, 1, 99, UInt64.max] {
            let draw = Draw(seed: seed, rows: rows)
            #expect(Set((0..<rows).map(draw.row(at:))) == Set(0..<rows))
        }
    }

    @Test("each row comes at each position equally often over the seeds")
    func uniform() {
        let rows = 10
        let seeds = 20_000
        var counts = [Int](repeating: 0, count: rows * rows)
        for seed in 0..<seeds {
            let draw = Draw(seed: UInt64(seed), rows: rows)
            for position in 0..<rows { counts[position * rows + draw.row(at: position)] += 1 }
        }
        let expected = Double(seeds) / Double(rows)
        let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        // 81 degrees of freedom: 81 on average, above 140 once in 20,000 times.
        #expect(chiSquare < 140, "\(chiSquare)")
    }

    @Test("neighbouring positions fall on rows that have nothing to do with each other")
    func spread() {
        let draw = Draw(seed: 3, rows: 100_000)
        let rows = (0..<10_000).map { Double(draw.row(at: $0)) }
        let mean = rows.reduce(0, +) / Double(rows.count)
        var covariance = 0.0
        var variance = 0.0
        for i in 0..<(rows.count - 1) {
            covariance += (rows[i] - mean) * (rows[i + 1] - mean)
            variance += (rows[i] - mean) * (rows[i] - mean)
        }
        // The standard error of a correlation over 10,000 pairs is 0.01.
        #expect(abs(covariance / variance) < 0.04)
        #expect(abs(mean - 50_000) < 1500)
    }

    @Test("windows cover the draw once, in order, and a shard is a window")
    func windows() {
        let draw = Draw(seed: 1, rows: 103)
        let windows = DrawWindows(draw: draw, windowRows: 10, replicates: 4)
        #expect(windows.count == 11 && windows.strata == 4)
        let shards = (0..<windows.count).flatMap { windows.shards(ofWindow: $0, context: 8) { _ in 0 } }
        #expect(shards.map(\.index) == Array(0..<11))
        #expect(shards.map(\.stratum) == (0..<11).map { $0 % 4 })
        #expect(shards.flatMap { $0.rows { _ in 0 } } == (0..<103).map(draw.row(at:)))
        #expect(shards.last?.rowCount == 3 && shards.last?.tokens == 24)
        #expect(windows.windows(forTokens: 0, context: 8) == 0)
        #expect(windows.windows(forTokens: 1, context: 8) == 1)
        #expect(windows.windows(forTokens: 80, context: 8) == 1)
        #expect(windows.windows(forTokens: 81, context: 8) == 2)
        #expect(windows.windows(forTokens: .max, context: 8) == 11)
    }

    @Test("with domain strata a window gives one shard for each domain in it, and together they are the window")
    func domainStrata() {
        let draw = Draw(seed: 9, rows: 200)
        let domains = 5
        // Domain 4 is rare: some windows have none of it.
        let domain: (Int) -> Int = { $0 % 50 == 0 ? 4 : $0 % 4 }
        let windows = DrawWindows(draw: draw, windowRows: 16, replicates: 3, domainStrata: domains)
        #expect(windows.strata == 15)
        var empty = 0
        for window in 0..<windows.count {
            let shards = windows.shards(ofWindow: window, context: 4, domain: domain)
            let rows = windows.positions(ofWindow: window).map(draw.row(at:))
            for shard in shards {
                let domainOfShard = shard.domain ?? -1
                #expect(shard.index == window * domains + domainOfShard)
                #expect(shard.stratum == (window % 3) * domains + domainOfShard)
                let own = shard.rows(domainOfRow: domain)
                #expect(own == rows.filter { domain($0) == domainOfShard })
                #expect(!own.isEmpty && shard.rowCount == own.count)
            }
            #expect(shards.map(\.index) == shards.map(\.index).sorted())
            #expect(shards.reduce(0) { $0 + $1.rowCount } == rows.count)
            if shards.count < domains { empty += 1 }
        }
        #expect(empty > 0)
    }

    @Test("one domain as a stratum is not the same plan as no domain strata, but has the same shards")
    func oneDomain() {
        let draw = Draw(seed: 2, rows: 30)
        let with = DrawWindows(draw: draw, windowRows: 7, replicates: 2, domainStrata: 1)
        let without = DrawWindows(draw: draw, windowRows: 7, replicates: 2)
        for window in 0..<with.count {
            let shards = (with.shards(ofWindow: window, context: 4) { _ in 0 }, without.shards(ofWindow: window, context: 4) { _ in 0 })
            #expect(shards.0.map { $0.rows { _ in 0 } } == shards.1.map { $0.rows { _ in 0 } })
            #expect(shards.0.map(\.stratum) == shards.1.map(\.stratum))
        }
    }

    @Test("a shard of any length takes the memory of a few numbers")
    func longShards() {
        // Were its rows listed, they would be more than any memory holds.
        let windows = DrawWindows(draw: Draw(seed: 3, rows: 1 << 44), windowRows: 1 << 42, replicates: 2)
        let shards = windows.shards(ofWindow: 3, context: 256) { _ in 0 }
        #expect(shards.map(\.index) == [3] && shards.map(\.rowCount) == [1 << 42] && shards.map(\.tokens) == [1 << 50])
    }

    @Test("masks resolve names and ids, and say what is unknown")
    func masks() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let newline = try #require(tokenizer.id(of: "Ċ"))
        let mask = try TokenMask(["newline", "bos", "17", "bos"], beginningOfRow: nil, tokenizer: tokenizer)
        #expect(mask.ids == [0, 17, newline].sorted())
        #expect(!mask.isCounted(0) && !mask.isCounted(newline) && mask.isCounted(1))
        let table = mask.countedTable(vocabularySize: 300)
        #expect(table.indices.filter { !table[$0] }.map(Int32.init) == mask.ids)
        #expect(try TokenMask([], beginningOfRow: nil, tokenizer: nil).isCounted(0))
        #expect(try TokenMask(["bos"], beginningOfRow: 7, tokenizer: nil).ids == [7])
        #expect(throws: CorpusError.self) { try TokenMask(["bos"], beginningOfRow: nil, tokenizer: nil) }
        #expect(throws: CorpusError.self) { try TokenMask(["newline"], beginningOfRow: 0, tokenizer: nil) }
        for name in ["eos", "-1", "", "4294967296"] {
            #expect(throws: CorpusError.self) { try TokenMask([name], beginningOfRow: 0, tokenizer: tokenizer) }
        }
    }
}
