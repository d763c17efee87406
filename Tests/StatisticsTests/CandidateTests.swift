import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Statistics

@Suite("Sums of candidate pairs")
struct CandidateTests {
    /// Neurons of a: 14, of b: 15. Partners anywhere, in some order, and none twice in a list.
    private static let lists: [CandidateList] = {
        var (forward, backward): ([Int32], [Int32]) = ([], [])
        for neuron in 0..<14 {
            let own = Int32(neuron)
            forward += neuron % 3 == 0 ? [own, -1, -1] : [(own * 4) % 15, (own * 4 + 7) % 15, 14 - own]
        }
        for neuron in 0..<15 { backward += [(Int32(neuron) * 5) % 14, (Int32(neuron) * 5 + 3) % 14] }
        return [
            CandidateList(source: "a", partnerSource: "b", length: 3, partners: forward),
            CandidateList(source: "b", partnerSource: "a", length: 2, partners: backward),
        ]
    }()

    private func screened(resolutionExponent: Int = -4) throws -> (exact: SyntheticRun, screened: SyntheticRun, pairs: CandidatePairs) {
        let settings = AccumulationSettings(chunk: 300, tile: 4, resolutionExponent: resolutionExponent)
        let exact = SyntheticRun(settings: settings)
        var screened = exact
        let pairs = try #require(CandidatePairs(Self.lists, layout: exact.layout, edge: settings.tile))
        screened.candidates = pairs
        return (exact, screened, pairs)
    }

    @Test("every listed pair is kept once, whichever of the two listed it, and no other; features are kept whole, layers by themselves not")
    func pairs() throws {
        let (run, _, pairs) = try screened()
        var expected: Set<[Int]> = []
        for list in Self.lists {
            for neuron in 0..<list.neurons {
                for place in 0..<list.count(of: neuron) {
                    let partner = Int(list.partners[neuron * list.length + place])
                    expected.insert(list.source == "a" ? [neuron, partner] : [partner, neuron])
                }
            }
        }
        var found: [[Int]] = []
        let layout = run.layout
        for block in layout.blocks {
            guard let kept = pairs.pairs(of: block) else {
                #expect(layout.groups[block.columns].source == "features")
                continue
            }
            #expect(!block.isWithin || kept.count == 0)
            #expect(kept.tiles.reduce(0) { $0 + $1.count } == kept.count && kept.starts.last == kept.count)
            func first(_ group: Int) -> Int {
                layout.groups(of: layout.groups[group].source).prefix { $0 < group }.reduce(0) { $0 + layout.groups[$1].columns }
            }
            for (tile, start) in zip(kept.tiles, kept.starts) {
                for index in start..<start + tile.count {
                    #expect(tile.rows.contains(Int(kept.rows[index])) && tile.columns.contains(Int(kept.columns[index])))
                }
            }
            for index in 0..<kept.count {
                found.append([first(block.rows) + Int(kept.rows[index]), first(block.columns) + Int(kept.columns[index])])
            }
        }
        #expect(found.count == expected.count && Set(found) == expected)
        #expect(pairs.count == expected.count)
        // Models that are not compared, and neurons that there are not.
        let alone = [CandidateList(source: "a", partnerSource: "c", length: 1, partners: Array(repeating: 0, count: 14))]
        #expect(CandidatePairs(alone, layout: layout, edge: 4) == nil)
        let beyond = [CandidateList(source: "a", partnerSource: "b", length: 1, partners: Array(repeating: 15, count: 14))]
        #expect(CandidatePairs(beyond, layout: layout, edge: 4) == nil)
    }

    /// In 64 bits too: the finest step makes sums that 32 do not hold.
    @Test("sums are those of the exact run at the same pairs within the rounding of each chunk", arguments: [-4, -24])
    func sums(resolutionExponent: Int) throws {
        let (run, screened, pairs) = try screened(resolutionExponent: resolutionExponent)
        let calibration = try run.calibration()
        // Over several panels of a chunk, and a last chunk that fills no panel.
        let rows = Array(0..<100)
        let exact = try run.partial(shard: 0, rows: rows, calibration: calibration)
        let found = try screened.partial(shard: 0, rows: rows, calibration: calibration)
        var (compared, widest) = (0, IntegerWidth.int32)
        for (x, y) in zip(exact.blocks, found.blocks) {
            let block = run.layout.blocks[x.block]
            #expect(x.block == y.block && x.tokens == y.tokens && x.chunks == y.chunks && x.rows == y.rows && x.columns == y.columns)
            guard let kept = pairs.pairs(of: block) else {
                #expect(x.digest == y.digest)
                continue
            }
            var dense: [[Int32]: Int64] = [:]
            for (tile, sums) in zip(run.shape.tiling(of: block.index).tiles, x.tiles) {
                for index in 0..<tile.count {
                    let row = Int32(tile.rows.lowerBound + index / tile.columns.count)
                    dense[[row, Int32(tile.columns.lowerBound + index % tile.columns.count)]] = sums[index]
                }
            }
            // Half a unit each way for each chunk, and what float32 leaves of products over 300 tokens.
            let noise = 2e-3 / run.settings.resolution
            for (tile, sums) in y.tiles.enumerated() {
                widest = sums.width == .int64 ? .int64 : widest
                for index in 0..<sums.count {
                    let place = kept.starts[tile] + index
                    let expected = try #require(dense[[kept.rows[place], kept.columns[place]]])
                    #expect(abs(Double(sums[index] - expected)) <= Double(x.chunks) + noise)
                    compared += 1
                }
            }
        }
        #expect(compared == pairs.count && widest == (resolutionExponent == -4 ? .int32 : .int64))
    }

    @Test("threads and the order of merging change no bit; a file of it is read back whole")
    func sameBits() throws {
        let (run, screened, _) = try screened()
        let calibration = try run.calibration()
        let folder = try TemporaryFolder()
        func files(threads: Int) throws -> [PartialReader] {
            try (0..<4).map { shard in
                let partial = try screened.partial(
                    shard: shard, stratum: shard % 2, rows: Array(shard * 30..<shard * 30 + 30), threads: threads, calibration: calibration)
                return try screened.file(partial, at: folder.path.appending("\(threads).\(shard)"))
            }
        }
        let (one, three) = (try files(threads: 1), try files(threads: 3))
        let reduction = PartialReduction(shape: screened.shape, plan: run.plan, team: ThreadTeam(count: 2))
        try reduction.reduce(one, to: folder.path.appending("all"))
        try reduction.reduce([three[2], three[0]], to: folder.path.appending("part"))
        try reduction.reduce([three[3], try PartialReader(folder.path.appending("part")), three[1]], to: folder.path.appending("other"))
        let (x, y) = (try MappedFile(folder.path.appending("all")), try MappedFile(folder.path.appending("other")))
        #expect(x.withBytes { x in y.withBytes { y in x.elementsEqual(y) } })
        // Without the candidates, or with others, the file is none of ours.
        let merged = try PartialReader(folder.path.appending("all"))
        let entry = try #require(merged.sections.first { $0.key.kind == .block && !run.layout.blocks[$0.key.index].isWithin })
        #expect(throws: StatisticsError.self) { try merged.read(entry, shape: run.shape) }
    }

    @Test("correlations over any set of replicates are those of the exact run at the same pairs; over none they are 0")
    func correlations() throws {
        let (run, screened, pairs) = try screened(resolutionExponent: -12)
        let calibration = try run.calibration()
        let folder = try TemporaryFolder()
        func statistics(_ run: SyntheticRun, _ name: String) throws -> StoredStatistics {
            let parts = try (0..<6).map {
                try run.partial(shard: $0, stratum: $0 % 3, rows: Array($0 * 9..<$0 * 9 + 9), calibration: calibration)
            }
            let place = folder.path.appending(name)
            return try StoreFixture(run, calibration: calibration, in: place).statistics(of: parts, replicates: 4)
        }
        let (exact, found) = (try statistics(run, "exact"), try statistics(screened, "screened"))
        let sets = [ReplicateSet.all(4), ReplicateSet([1]), ReplicateSet([0, 2]), ReplicateSet([3])]
        var compared = 0
        for block in run.layout.blocks {
            guard let kept = pairs.pairs(of: block) else { continue }
            let values = try found.candidateCorrelations(of: block, over: sets)
            #expect(values.map(\.count) == sets.map { _ in kept.count })
            for (set, values) in zip(sets, values) {
                let columns = run.layout.groups[block.columns].columns
                var dense = [Float](repeating: .nan, count: run.layout.groups[block.rows].columns * columns)
                try exact.correlations(of: block, over: set, into: &dense)
                for index in 0..<kept.count {
                    let expected = dense[Int(kept.rows[index]) * columns + Int(kept.columns[index])]
                    #expect(set == sets[3] ? values[index] == 0 : abs(values[index] - expected) < 2e-5)
                    compared += 1
                }
            }
        }
        #expect(compared == 4 * pairs.count)
    }
}
