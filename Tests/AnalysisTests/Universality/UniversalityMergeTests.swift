import Foundation
import Glibc
import Kernels
import Statistics
import Storage
import Synchronization
import SystemPackage
import Testing

@testable import Analysis

/// What must not change the result, and what must be refused.
@Suite("merging universality")
struct UniversalityMergeTests {
    private let fixture: UniversalityFixture

    init() throws { fixture = try UniversalityFixture() }

    private func analysis() throws -> UniversalityAnalysis {
        try UniversalityAnalysis(statistics: fixture.statistics(pairing: .all), configuration: fixture.configuration(allPairs: true))
    }

    /// Everything that a result says, as text and bytes.
    private func bits(_ result: UniversalityResult) throws -> [String] {
        [
            try NeuronTable(result).csv, "\(result.pairs)", "\(result.baselines)", "\(result.convergence)", "\(result.meanCorrelation)",
            "\(result.matches)", "\(result.layerMatches)",
        ]
    }

    @Test("threads and memory do not change a bit")
    func threads() throws {
        let analysis = try analysis()
        let one = try bits(analysis.run(team: ThreadTeam(count: 1), memory: 1 << 30))
        for threads in [2, 3, 8] {
            for memory in [0, 1 << 30] {
                #expect(try bits(analysis.run(team: ThreadTeam(count: threads), memory: memory)) == one)
            }
        }
    }

    @Test("the work asks at every block and every rotation whether it shall go on, and ends where it may not")
    func stopped() throws {
        struct Stop: Error {}
        let analysis = try analysis()
        let asked = Atomic<Int>(0)
        _ = try analysis.run(team: ThreadTeam(count: 2), memory: 1 << 30, check: { asked.add(1, ordering: .relaxed) })
        let all = asked.load(ordering: .relaxed)
        let rotations = fixture.configuration().rotations.matrices
        // Five groups against the two layers of a, and the three of c against those of b; each group makes its matrices.
        #expect(all >= 5 * 2 + 3 * 2 + 5 * 2 * rotations + 5 * rotations)
        for last in [1, 2, all / 2, all - 1] {
            asked.store(0, ordering: .relaxed)
            #expect(throws: Stop.self) {
                try analysis.run(
                    team: ThreadTeam(count: 1), memory: 1 << 30,
                    check: { if asked.add(1, ordering: .relaxed).newValue > last { throw Stop() } })
            }
            #expect(asked.load(ordering: .relaxed) == last + 1)
        }
    }

    @Test("summaries that travelled as bytes merge in any order to the same bits as all at once")
    func order() throws {
        let analysis = try analysis()
        let team = ThreadTeam(count: 1)
        let whole = try bits(analysis.run(team: team, memory: 1 << 30))
        let sent = try analysis.groups.map { try analysis.summary(ofGroup: $0, team: ThreadTeam(count: 2)).encoded() }
        for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
            var merger = analysis.merger()
            for place in order { try merger.add(GroupSummary(decoding: sent[place])) }
            #expect(try bits(merger.finish()) == whole)
        }
    }

    @Test("a missing, a repeated and a foreign summary are refused by name")
    func refusals() throws {
        let analysis = try analysis()
        let summary = try analysis.summary(ofGroup: analysis.groups[0], team: ThreadTeam(count: 1))
        var merger = analysis.merger()
        try merger.add(summary)
        #expect(throws: AnalysisError.self) { try merger.add(summary) }
        #expect { try merger.finish() } throws: { "\($0)".contains("b.1") && "\($0)".contains("c.2") }
        var other = fixture.configuration(allPairs: true)
        other.rotations.draws = 1
        var foreign = try UniversalityAnalysis(statistics: fixture.statistics(pairing: .all), configuration: other).merger()
        #expect { try foreign.add(summary) } throws: { "\($0)".contains("b.0") }
    }

    @Test("a summary whose histogram counts more partners than there are is refused, and nothing wraps")
    func histogram() throws {
        let analysis = try analysis()
        let summary = try analysis.summary(ofGroup: analysis.groups[0], team: ThreadTeam(count: 1))
        let table = try #require(summary.pairs.first?.rows)
        var encoder = SummaryEncoder()
        encoder.write(table)
        // The last count of the table's last neuron.
        var bytes = summary.encoded()
        let place = try #require(bytes.firstRange(of: encoder.bytes)?.upperBound) - 4
        for byte in place..<place + 4 { bytes[byte] = 0xFF }
        var merger = analysis.merger()
        #expect { try merger.add(GroupSummary(decoding: bytes)) } throws: { "\($0)".contains("another size") }
    }

    @Test("no cut of a summary's bytes crashes, and each is refused")
    func truncation() throws {
        let analysis = try analysis()
        let bytes = try analysis.summary(ofGroup: analysis.groups[0], team: ThreadTeam(count: 1)).encoded()
        for length in stride(from: 0, to: bytes.count, by: 97) {
            #expect(throws: AnalysisError.self) { try GroupSummary(decoding: Array(bytes[..<length])) }
        }
        for place in stride(from: 0, to: bytes.count, by: 1013) {
            var wrong = bytes
            wrong[place] ^= 0xFF
            if let summary = try? GroupSummary(decoding: wrong) {
                var merger = analysis.merger()
                try? merger.add(summary)
            }
        }
    }

    @Test("each block between models is counted once when it is done, however many threads share the work", arguments: [1, 3])
    func progress(threads: Int) throws {
        let analysis = try analysis()
        let between = fixture.statistics(pairing: .all).layout.blocks.count { !$0.isWithin }
        let done = Atomic(0)
        _ = try analysis.run(team: ThreadTeam(count: threads), memory: 1, progress: { done.add(1, ordering: .relaxed) })
        #expect(done.load(ordering: .relaxed) == between && analysis.blocks == between)
    }

    @Test("with one replicate there are figures but no error bars")
    func oneReplicate() throws {
        let several = try analysis().run(team: ThreadTeam(count: 2), memory: 1 << 30)
        let analysis = try UniversalityAnalysis(
            statistics: fixture.statistics(places: [0, 0, 0, 0], replicates: 1), configuration: fixture.configuration())
        let result = try analysis.run(team: ThreadTeam(count: 2), memory: 1 << 30)
        #expect(result.matches.map(\.best) == several.matches.map(\.best))
        #expect(zip(result.excess, several.excess).allSatisfy { abs($0 - $1) < 2e-6 })
        #expect(result.universal.count == several.universal.count)
        #expect(result.universal.standardError == nil && result.meanStandardError == nil && result.baseline.excessStandardError == nil)
        #expect(result.matches.allSatisfy { $0.crossfit == nil && $0.bestStandardError == nil })
        #expect(result.convergence.points.count == 1)
    }

    @Test("an empty replicate takes the error bars away and nothing else")
    func emptyReplicate() throws {
        let several = try analysis().run(team: ThreadTeam(count: 2), memory: 1 << 30)
        let result = try UniversalityAnalysis(
            statistics: fixture.statistics(places: [0, 1, 3, 4], replicates: 5), configuration: fixture.configuration()
        ).run(team: ThreadTeam(count: 2), memory: 1 << 30)
        #expect(result.replicateTokens == [120, 70, 0, 160, 90])
        #expect(result.matches.map(\.best) == several.matches.map(\.best))
        #expect(zip(result.excess, several.excess).allSatisfy { abs($0 - $1) < 2e-6 })
        #expect(result.baseline.excessStandardError == nil && result.universal.standardError == nil)
        #expect(result.matches.allSatisfy { $0.crossfit != nil })
        // The first two replicates are full, so their error bar stands.
        #expect(result.convergence.points.map(\.replicates) == [1, 2, 4, 5])
        #expect(result.convergence.points[1].universal.standardError != nil)
        #expect(result.convergence.points[2].universal.standardError == nil)
    }

    /// Statistics of which a block lacks a replicate.
    private struct LackingStatistics: BlockStatistics {
        let whole: DenseStatistics
        let block: Block
        let replicate: Int
        var layout: StatisticsLayout { whole.layout }
        var replicates: Int { whole.replicates }

        private func kept(_ block: Block, _ set: ReplicateSet) -> ReplicateSet {
            block.index == self.block.index ? set.removing(replicate) : set
        }

        func tokens(of block: Block, over replicates: ReplicateSet) throws -> Int { whole.tokens(of: block, over: kept(block, replicates)) }

        func moments(of block: Block, over replicates: ReplicateSet) throws -> (rows: ColumnMoments, columns: ColumnMoments) {
            whole.moments(of: block, over: kept(block, replicates))
        }

        func correlations(of block: Block, over replicates: ReplicateSet, into correlations: UnsafeMutablePointer<Float>) throws {
            whole.correlations(of: block, over: kept(block, replicates), into: correlations)
        }
    }

    @Test(
        "a replicate that any block lacks counts as empty, whichever block it is: no error bar is made of what there is elsewhere",
        arguments: [
            // The reference's first and last layer, the baseline's own block, and a pair without the reference.
            ("a", 0, "b", 0), ("a", 1, "b", 0), ("a", 1, "c", 2), ("b", 1, "b", 1), ("c", 0, "c", 0), ("b", 0, "c", 1),
        ])
    func lackingBlock(rows: String, rowLayer: Int, columns: String, columnLayer: Int) throws {
        let whole = fixture.statistics(pairing: .all)
        let layout = whole.layout
        let block = try #require(
            layout.block(rows: layout.groups(of: rows)[rowLayer], columns: layout.groups(of: columns)[columnLayer]))
        let result = try UniversalityAnalysis(
            statistics: LackingStatistics(whole: whole, block: block, replicate: 1), configuration: fixture.configuration(allPairs: true)
        ).run(team: ThreadTeam(count: 2), memory: 1 << 30)
        let tokens = fixture.tokens
        #expect(result.replicateTokens == [tokens[0], 0, tokens[2], tokens[3]])
        #expect(result.tokens == tokens[0] + tokens[2] + tokens[3])
        #expect(result.universal.standardError == nil && result.baseline.excessStandardError == nil)
        #expect(result.matches.allSatisfy { $0.bestStandardError == nil })
    }

    @Test("settings that make no sense are refused")
    func settings() throws {
        let statistics = fixture.statistics()
        let reasonable = fixture.configuration()
        let changes: [(inout UniversalityConfiguration) -> Void] = [
            { $0.others = [] }, { $0.others = ["b", "b"] }, { $0.others = ["b", "nobody"] }, { $0.rotations.draws = 0 },
            { $0.rotations.kinds = [] }, { $0.tail = 0 }, { $0.threshold = .nan }, { $0.allPairs = true },
        ]
        for change in changes {
            var configuration = reasonable
            change(&configuration)
            #expect(throws: AnalysisError.self) { try UniversalityAnalysis(statistics: statistics, configuration: configuration) }
        }
    }

    @Test("the sink gets each block of every compared pair once, and its rows are those that the partners come from")
    func sink() throws {
        let recorder = BlockRecorder()
        let result = try UniversalityAnalysis(
            statistics: fixture.statistics(pairing: .all), configuration: fixture.configuration(allPairs: true), sink: recorder
        ).run(team: ThreadTeam(count: 3), memory: 1 << 30)
        let blocks = recorder.blocks
        #expect(blocks.count == 2 * 2 + 2 * 3 + 2 * 3)
        for pair in result.pairs {
            let highest = pair.forward.partners.highest
            for neuron in 0..<pair.earlier.neurons {
                let (layer, number) = pair.earlier.position(of: neuron)
                let row = try (0..<pair.later.layers).flatMap { other in
                    let block = try #require(blocks["\(pair.earlier.id).\(layer) \(pair.later.id).\(other)"])
                    let width = pair.later.columns[other]
                    return Array(block[number * width..<(number + 1) * width])
                }
                #expect(row.max() == highest.firstValues[neuron])
                #expect(row.firstIndex(of: row.max() ?? 0) == Int(highest.firstPartners[neuron]))
            }
        }
    }

    @Test("the table has the contract's columns and the archive reads back")
    func files() throws {
        let result = try analysis().run(team: ThreadTeam(count: 2), memory: 1 << 30)
        let table = try NeuronTable(
            result,
            additions: [
                ("skew", .numbers((0..<48).map { $0 == 5 ? .nan : Double($0) / 4 })),
                ("explanation", .texts((0..<48).map { "is \"\($0)\", so" })),
            ])
        let lines = table.csv.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 50)
        #expect(
            lines[0]
                == "layer,neuron,max_corr,mean_corr,min_corr,max_baseline,min_baseline,mean_baseline,w_in_norm,input_bias,w_out_norm,in_out_sim,l2_penalty,mean,var,skew,kurt,vocab_mean,vocab_var,vocab_skew,vocab_kurt,sparsity,excess_corr,excess_corr_se,universal,b_corr,b_layer,b_neuron,b_corr_crossfit,c_corr,c_layer,c_neuron,c_corr_crossfit,family,explanation,explanation_score,explanation_corr,role"
        )
        #expect(lines[34].hasPrefix("1,9,"))
        #expect(lines[2].contains(",,0.25,,") && lines[2].hasSuffix(",\"is \"\"1\"\", so\",,,"))
        #expect(throws: AnalysisError.self) { try NeuronTable(result, additions: [("kurt", .numbers([1]))]) }

        let folder = FilePath("/tmp/universality-\(UInt64.random(in: 0 ... .max))")
        try #require(mkdir(folder) == 0)
        defer { remove(folder) }
        let path = folder.appending("a-b.npz")
        try PairArchive.write(result.pairs[0], of: result, to: path)
        let arrays = try NumpyArchive.read(path)
        #expect(arrays["a_max_tail_corr"]?.shape == [48, 7] && arrays["b_bin_counts"]?.shape == [48, 101])
        #expect(try arrays["a_max_corr"]?.values(as: Float.self) == result.matches[0].best)
        #expect(try arrays["a_baseline_gaussian"]?.values(as: Double.self) == result.baseline.models[0])
    }
}

/// Keeps the blocks that a sink gets, by the names of their groups.
private final class BlockRecorder: CorrelationSink {
    private let recorded = Mutex<[String: [Float]]>([:])

    var blocks: [String: [Float]] { recorded.withLock { $0 } }

    func write(_ correlations: UnsafePointer<Float>, rows: ColumnGroup, columns: ColumnGroup) throws {
        let values = Array(UnsafeBufferPointer(start: correlations, count: rows.columns * columns.columns))
        let previous = recorded.withLock { $0.updateValue(values, forKey: "\(rows.name) \(columns.name)") }
        #expect(previous == nil)
    }
}

private func mkdir(_ path: FilePath) -> Int32 { path.withPlatformString { Glibc.mkdir($0, 0o700) } }

private func remove(_ folder: FilePath) { try? FileManager.default.removeItem(atPath: folder.string) }
