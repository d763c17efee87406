import Statistics
import Storage
import SystemPackage
import Testing

@testable import Kernels
@testable import Pipeline

@Suite("A run on rounded activations")
struct QuantisedRunTests {
    typealias Fixture = ConfigurationFixture

    private static let sevenBits = StatisticsPrecision.int8(.seven)
    private static let plain = Processor(
        brand: "Plain Xeon", vendor: "GenuineIntel", hasAVX2: true, hasFMA: true, hasAVX512: false, hasVNNI: false,
        kernelLevel: "x86-64-v3")

    @Test("is asked for by precision: int8, or {int8: 7}")
    func configuration() throws {
        #expect(try Fixture.adding("precision: exact").precision == .exact)
        #expect(try Fixture.adding("precision: int8").precision == .int8(nil))
        #expect(try Fixture.adding("precision: {int8: 7}").precision == .int8(.seven))
        #expect(try Fixture.adding("precision: {int8: 8}").precision == .int8(.eight))
        for precision in [StatisticsPrecision.exact, .int8(nil), .int8(.seven), .int8(.eight)] {
            var configuration = try Fixture.parse(Fixture.text)
            configuration.precision = precision
            let bytes = try JSONFile.encode(configuration)
            let read = try bytes.withUnsafeBytes { try JSONFile.decode(Configuration.self, from: $0, of: "configuration.json") }
            #expect(read.precision == precision)
        }
    }

    @Test(
        "is refused with line and key for other bits and other words",
        arguments: [
            "precision: {int8: 6}", "precision: {int8: 9}", "precision: {int8: many}", "precision: {bits: 7}", "precision: {}",
            "precision: [int8]", "precision: int16", "int8: 7",
        ])
    func errors(line: String) {
        let message = Fixture.error { try Fixture.adding(line) }?.message
        #expect(message?.hasPrefix("/runs/study.yaml:10: ") == true, "\(message ?? "no error")")
    }

    @Test("is a plan of its own; a plan of exact activations has the identity that it had before there were others")
    func identity() throws {
        #expect(
            String(decoding: try JSONFile.encode(AccumulationSettings(), isPretty: false), as: UTF8.self)
                .filter { !$0.isWhitespace } == #"{"chunk":4096,"resolutionExponent":-4,"tile":1024}"#)
        let folder = try PlantedFolder()
        let plain = try folder.plan().plan
        #expect(plain.numbers.accumulation == AccumulationSettings())
        folder.configuration.precision = Self.sevenBits
        #expect(throws: PipelineError.self) { try folder.plan() }
        let rounded = try PlantedFolder { $0.precision = Self.sevenBits }
        let plan = try rounded.plan().plan
        #expect(plan.numbers.accumulation == AccumulationSettings(bits: .seven))
        #expect(plan.identity != plain.identity && plan.numbers.calibration != plain.numbers.calibration)
        // What was chosen is kept.
        rounded.configuration.precision = .int8(nil)
        #expect(try rounded.plan().plan.identity == plan.identity)
    }

    @Test("with 8 bits is refused on a processor without VNNI: by the plan, and by who computes its tasks")
    func refused() throws {
        let context = JobContext(team: ThreadTeam(count: 2), processor: Self.plain)
        let refusal = KernelsError.bitsNotSupported(8, processor: "Plain Xeon", reason: "it lacks VNNI")
        let eight = try PlantedFolder { $0.precision = .int8(.eight) }
        #expect(throws: refusal) { try PlanJob(configuration: eight.configuration, folder: eight.run, context: context).run() }
        // Where the bits are left open, it has those that it can compute.
        let folder = try PlantedFolder { $0.precision = .int8(nil) }
        let run = try PlanJob(configuration: folder.configuration, folder: folder.run, context: context).run()
        let numbers = run.plan.numbers
        #expect(numbers.accumulation.bits == .seven)
        // A plan that another machine has made.
        let other = PlannedNumbers(
            models: numbers.models, corpus: numbers.corpus, pairs: numbers.pairs, band: numbers.band, features: numbers.features,
            accumulation: AccumulationSettings(bits: .eight), examples: numbers.examples, moments: numbers.moments,
            calibrationTokens: numbers.calibrationTokens, kernels: numbers.kernels, calibration: numbers.calibration,
            fingerprint: numbers.fingerprint)
        let plan = try RunPlan(
            numbers: other, configuration: folder.configuration, windows: run.plan.windows, blockGroups: run.plan.blockGroups)
        let folders = try ModelFinder(context: context).openAll(of: plan)
        let computer = try TaskComputer(plan: plan, folder: run.folder, folders: folders, context: context)
        for computer in [computer, computer.on(ThreadTeam(count: 1))] {
            #expect(throws: refusal) { try computer.checkKernels(row: run.firstRow) }
        }
        try TaskComputer(plan: run.plan, folder: run.folder, folders: folders, context: context).checkKernels(row: run.firstRow)
    }

    @Test(
        "has 8 bits where they are left open and products of them are exact, and who computes its tasks finds them so",
        .enabled(if: Int8Gemm.mostBits == .eight, "only where products of 8 bits are exact: the processor has VNNI"))
    func eightBits() throws {
        let run = try PlantedFolder { $0.precision = .int8(nil) }.plan()
        #expect(run.plan.numbers.accumulation.bits == .eight)
        try run.plan.checkBits()
    }

    @Test("has correlations that differ from exact ones by no more than the summary says")
    func predicted() throws {
        func run(_ precision: StatisticsPrecision) throws -> PlantedRun {
            let models = ["a", "b"].enumerated().map { ($1, PlantedModel(seed: UInt64($0), embedding: 9)) }
            return try PlantedRun(models: models) {
                $0.precision = precision
                $0.features.isEnabled = true
            }
        }
        let (exact, rounded) = (try run(.exact), try run(Self.sevenBits))
        #expect(exact.outcome.summary.roundingError == nil && rounded.outcome.summary.resolutionError == nil)
        #expect(rounded.outcome.summary.tokens == exact.outcome.summary.tokens)
        let error = try #require(rounded.outcome.summary.roundingError)
        #expect(error.bits == 7 && error.typical > 0 && error.typical <= error.largest)
        var (squares, count) = (0.0, 0.0)
        for block in exact.statistics.layout.blocks {
            for (x, y) in zip(try exact.correlations(block), try rounded.correlations(block)) {
                let difference = abs(Double(x) - Double(y))
                #expect(difference < 6 * error.largest + 1e-4)
                squares += difference * difference
                count += 1
            }
        }
        #expect((squares / count).squareRoot() < 1.2 * error.typical + 1e-5)
    }

    @Test("needs memory for the integers, for their products, and for what values lack beyond the largest integer")
    func memory() throws {
        // Columns enough that a task needs more than what comes before the first one, and its sums less than the columns.
        let layout = StatisticsLayout(models: [("a", 1, 4_096), ("b", 1, 4_096)], features: nil, pairing: .reference)
        func bytes(_ settings: AccumulationSettings) -> Int {
            WorkingSet(
                layout: layout, models: [:], settings: settings, examples: ExampleSettings(count: 0), context: 512, vocabulary: 100,
                shardTokens: 4_096, hasLabels: false, threads: 2, reducers: 0
            ).bytes(of: layout.blocks.filter { !$0.isWithin })
        }
        let exact = AccumulationSettings()
        let (added, chunk, columns) = (bytes(AccumulationSettings(tile: 1_024, bits: .seven)) - bytes(exact), exact.chunk, 2 * 4_096)
        let lists = added - columns * (chunk + 63) - 2 * (exact.tile * chunk + 8 << 20)
        // One in a thousand values is beyond, of 16 bytes: far more than a text like the calibration's has; and not one in a hundred.
        #expect(lists > columns * chunk * 16 / 1_000 && lists < columns * chunk * 16 / 100, "\(lists) bytes of \(added)")
    }
}
