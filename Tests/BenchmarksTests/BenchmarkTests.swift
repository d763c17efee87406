import Foundation
import Kernels
import Statistics
import SystemPackage
import Testing

@testable import Benchmarks

@Suite("Benchmarks")
struct BenchmarkTests {
    @Test("the report's JSON has every ratio of the contract, null where nothing was measured")
    func contract() throws {
        var report = BenchmarkReport(
            lines: [BenchmarkLine("x", value: 2, unit: "GFLOP/s", residual: 1e-7, tolerance: 1e-6)], ratios: BenchmarkRatios(),
            processor: .current, kernels: "Zen", threads: 2, quick: true)
        report.ratios.crossProductsVsSgemm = 0.9
        report.ratios.jobVsAuthors = 3.5
        report.ratios.jobVsAuthorsFloat32Sums = 2.5
        report.ratios.wireVsEntropy = 1.05
        report.ratios.secondThread = 1.9
        report.ratios.int8JobVsExact = 1.7
        let json = try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
        let ratios = try #require(json["ratios"] as? [String: Any])
        let measured = [
            "cross_products_vs_sgemm": 0.9, "job_vs_authors": 3.5, "job_vs_authors_float32_sums": 2.5, "wire_vs_entropy": 1.05,
            "second_thread": 1.9, "int8_job_vs_exact": 1.7,
        ]
        for (name, value) in measured { #expect(ratios[name] as? Double == value, "\(name)") }
        let others = [
            "forward_vs_pytorch", "tokenizer_vs_tokenizers", "int8_cross_products_vs_exact",
            "screening_work_vs_exact", "coordinator_cpu_share", "ingest_vs_disk",
            "cluster_vs_plain",
        ]
        for name in others {
            #expect(ratios[name] is NSNull, "\(name)")
        }
        #expect(json["processor"] is [String: Any])
        #expect(report.passed)
        #expect(report.text.contains("PASS"))
        #expect(try JSONDecoder().decode(BenchmarkReport.self, from: JSONEncoder().encode(report)) == report)
    }

    @Test("cosines with a vocabulary are measured against the products alone, and are those of float64")
    func weights() throws {
        let line = try WeightBenchmark(BenchmarkConfiguration(quick: true, threads: 2), neuronsOfLayer: 40, vocabulary: 1_500).line()
        #expect(line.passed == true && (line.value ?? 0) > 0 && (line.ratio ?? 0) > 0, "\(line)")
        #expect(line.aim == nil)
        var own = line
        own.part = .weights
        #expect(own.aim?.text == "≥ 0.8")
    }

    @Test("changes of neurons that share their work are measured against passes of their own, and have the same losses")
    func interventions() throws {
        OpenBLAS.useOneThread()
        let model = RandomModel(layers: 3, width: 64, vocabularySize: 500)
        let lines = try InterventionBenchmark(BenchmarkConfiguration(quick: true, threads: 2), model: model, context: 16).lines()
        try #require(lines.count == 3)
        #expect(lines[0].passed == true && (lines[0].value ?? 0) > 0 && (lines[0].ratio ?? 0) > 0, "\(lines[0])")
        for line in lines[1...] {
            #expect((line.value ?? 0) > 0 && (line.ratio ?? 0) > 0 && line.against?.kind == .limit, "\(line)")
        }
        var forward = lines[1]
        forward.part = .interventions
        #expect(forward.aim?.text == "≥ 0.9")
    }

    @Test("what is measured is told after each part, with all parts before it")
    func soFar() throws {
        var configuration = BenchmarkConfiguration(quick: true, threads: 1)
        configuration.parts = [.startUp, .analysis]
        var known: [BenchmarkReport] = []
        let report = try Bench(configuration).run(measured: { known.append($0) })
        // Without a program to start both are skipped, and say so.
        #expect(known.count == 2 && known[0].lines.count < known[1].lines.count && known[1].lines == report.lines)
        #expect(Set(known[0].lines.map(\.part)).count == 1 && Set(report.lines.map(\.part)) == [.startUp, .analysis])
    }

    @Test("a wrong result fails the report however fast it was")
    func wrongResult() {
        let line = BenchmarkLine("x", value: 9, unit: "GFLOP/s", ratio: 5, residual: 0.1, tolerance: 1e-6)
        let report = BenchmarkReport(
            lines: [line], ratios: BenchmarkRatios(), processor: .current, kernels: "Zen", threads: 1, quick: true)
        #expect(line.passed == false && !report.passed && report.text.contains("FAIL"))
        #expect(throws: BenchmarkError.wrongResults(lines: ["x"])) { try report.check() }
    }

    @Test("ratios are medians of the rounds' ratios, and the first round only warms up")
    func paired() throws {
        var ours = [100.0, 1, 2, 4].makeIterator()
        var theirs = [1.0, 2, 2, 2].makeIterator()
        let times = try PairedTimes.measure(rounds: 3) {
            ours.next() ?? 0
        } theirs: {
            theirs.next() ?? 0
        }
        #expect(times.ratio == 1 && times.seconds == 2 && times.theirSeconds == 2)
    }

    @Test("the engine's cross-products of synthetic activations are right", .timeLimit(.minutes(30)))
    func crossProducts() throws {
        OpenBLAS.useOneThread()
        let configuration = BenchmarkConfiguration(quick: true, threads: 2)
        let line = try CrossProductBenchmark(configuration, layers: 2, columns: 96).line()
        #expect(line.passed == true)
        #expect(line.ratio.map { $0 > 0 } == true)
        // No tile is wider than a layer: all edges are the same.
        #expect(line.note?.hasSuffix("GFLOP/s with tiles of 96, as the engine's are") == true, "\(line)")
    }

    @Test("bare products of several edges are measured beside the engine's own, each by the operations that its tiles have")
    func bareProducts() throws {
        OpenBLAS.useOneThread()
        #expect(CrossProductBenchmark.edges(beside: 1_024, columns: 3_072, quick: false) == [1_024, 768, 1_536, 3_072])
        #expect(CrossProductBenchmark.edges(beside: 1_024, columns: 3_072, quick: true) == [1_024, 1_536])
        #expect(CrossProductBenchmark.edges(beside: 1_024, columns: 1_200, quick: false) == [1_024, 768, 1_200])
        let team = ThreadTeam(count: 2)
        let sources = try ["a", "b"].map { id in
            try SyntheticActivations(id: id, layers: 1, columns: 96, context: 8, variants: 2, seed: 3, team: team)
        }
        let layout = StatisticsLayout(models: sources.map(\.columnGroups), features: [], pairing: .reference)
        // Of two layers' own blocks what lies below the diagonal is left out, tile by tile.
        for (edge, entries) in [(96, 3 * 96 * 96), (48, 10 * 48 * 48)] {
            let bare = BareProducts(sources: sources, layers: 1, layout: layout, edge: edge, tokens: 16, team: team)
            #expect(bare.operations == Double(2 * 16 * entries))
            try bare.multiply()
        }
    }

    @Test("cross-products of rounded activations differ from exact ones by what roundings make", .timeLimit(.minutes(30)))
    func int8() throws {
        OpenBLAS.useOneThread()
        let lines = try Int8Benchmark(BenchmarkConfiguration(quick: true, threads: 2), layers: 2, columns: 96).lines()
        try #require(lines.count == 2)
        for line in lines {
            #expect(line.passed == true && (line.residual ?? 0) > 0)
            #expect(line.ratio.map { $0 > 0 } == true)
        }
        #expect(lines[0].against?.kind == .peer && lines[0].note?.contains("of the values are beyond the scale") == true, "\(lines[0])")
        #expect(lines[1].against?.kind == .limit && lines[1].note?.contains("bare oneDNN") == true, "\(lines[1])")
    }

    @Test("synthetic activations have steps as the program gives them, and as many values beyond them as a text has")
    func steps() throws {
        let shard = try SyntheticShard(
            models: 2, layers: 1, columns: 96, tokens: SyntheticShard.chunk, team: ThreadTeam(count: 2))
        let steps = shard.steps(.seven)
        // Of some 3,000 normal values the largest is some 3.4; GELU leaves it as it is.
        for group in steps.groups {
            #expect(group.scale.allSatisfy { (1.5...5).contains($0 * 63) } && Set(group.scale).count > 48)
        }
        let share = shard.beyond(in: try shard.partial(AccumulationSettings(bits: .seven), steps).partial)
        #expect((1e-5...3e-4).contains(share), "\(share)")
        #expect(shard.beyond(in: try shard.partial(SyntheticShard.exact, shard.calibration).partial) == 0)
    }

    @Test("sums of candidate pairs are those of all pairs within rounding, and the work by count reaches its aim", .timeLimit(.minutes(30)))
    func screening() throws {
        OpenBLAS.useOneThread()
        let benchmark = ScreeningBenchmark(BenchmarkConfiguration(quick: true, threads: 2), layers: 2, columns: 96)
        let sums = try benchmark.productsLine()
        #expect(sums.passed == true && (sums.value ?? 0) > 0)
        // The same with forward passes, which are a part of either side.
        let shape = RandomJob.Shape(models: 3, layers: 2, width: 64, rows: 8, context: 64)
        let shard = try ScreeningBenchmark(BenchmarkConfiguration(quick: true, threads: 2), shape: shape).shardLine()
        #expect(shard.passed == true && (shard.value ?? 0) > 0 && (shard.ratio ?? 0) > 0, "\(shard)")
        #expect(shard.name.contains("3 models of 2 layers") && shard.note?.contains("forward passes alone") == true, "\(shard)")
        var work = try benchmark.workLine()
        work.part = .screening
        #expect(work.aim?.isMet(by: work) == true, "\(work)")
        // Arithmetic: the forward passes are left, and they are a fourteenth.
        #expect((10...15).contains(work.ratio ?? 0))
    }

    @Test("a correlation's largest error and its mean are those of the errors that were added, in whatever parts")
    func errors() {
        var (all, part) = (CorrelationErrors(neurons: 3), CorrelationErrors(neurons: 2))
        for error in [0.5, -0.25] { all.add(error) }
        for error in [-1.0, 0.25] { part.add(error) }
        all.add(part)
        #expect(all.largest == 1 && all.count == 4 && all.mean == -0.125 && all.neurons == 3)
        #expect(abs(all.rootMeanSquare - (1.375 / 4).squareRoot()) < 1e-12)
        all.add(.nan)
        #expect(all.largest == .infinity)
    }

    @Test("a time that is predicted is to be neither too short nor too long")
    func within() throws {
        let aim = try #require(BenchmarkAim.all.first { $0.part == .prediction })
        #expect(aim.text == "0.8 to 1.2")
        let met = [0.79, 0.8, 1, 1.2, 1.21].map { aim.bound.isMet(by: $0) }
        #expect(met == [false, true, true, true, false])
    }

    @Test("a peer that does not answer is skipped and named", arguments: ["/bin/false", "/nowhere/python", "/bin/cat"])
    func deadPeer(python: String) {
        #expect {
            _ = try PeerProcess(python: FilePath(python), folder: "/nowhere", script: "peer.py", arguments: [], threads: 1)
        } throws: { error in
            guard case BenchmarkError.peerFailed(let script, _) = error else { return false }
            return script == "peer.py"
        }
    }

    @Test("own kernels are measured and right")
    func kernels() {
        let lines = KernelBenchmark(BenchmarkConfiguration(quick: true, threads: 1)).lines()
        #expect(lines.allSatisfy { ($0.value ?? 0) > 0 && $0.passed != false })
    }
}
