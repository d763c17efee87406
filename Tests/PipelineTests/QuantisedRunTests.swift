import Kernels
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("A run on rounded activations")
struct QuantisedRunTests {
    typealias Fixture = ConfigurationFixture

    private static let sevenBits = StatisticsPrecision.int8(.seven)

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

    @Test("with 8 bits is refused where products of 8 bits are not exact: by the plan, and by who computes its tasks")
    func refused() throws {
        guard Int8Gemm.mostBits == .seven else {
            try PlantedFolder { $0.precision = .int8(nil) }.plan().plan.checkBits()
            return
        }
        let isRefusal = { (error: any Error) in
            guard case .bitsNotSupported(8, _, _)? = error as? KernelsError else { return false }
            return true
        }
        #expect { try PlantedFolder { $0.precision = .int8(.eight) }.plan() } throws: { isRefusal($0) }
        // A plan that another machine has made.
        let folder = try PlantedFolder { $0.precision = Self.sevenBits }
        let run = try folder.plan()
        let numbers = run.plan.numbers
        let other = PlannedNumbers(
            models: numbers.models, corpus: numbers.corpus, pairs: numbers.pairs, band: numbers.band, features: numbers.features,
            accumulation: AccumulationSettings(bits: .eight), examples: numbers.examples, moments: numbers.moments,
            calibrationTokens: numbers.calibrationTokens, kernels: numbers.kernels, calibration: numbers.calibration,
            fingerprint: numbers.fingerprint)
        let plan = try RunPlan(
            numbers: other, configuration: folder.configuration, windows: run.plan.windows, blockGroups: run.plan.blockGroups)
        let context = folder.context()
        let computer = try TaskComputer(
            plan: plan, folder: run.folder, folders: try ModelFinder(context: context).openAll(of: plan), context: context)
        #expect { try computer.checkKernels(row: run.firstRow) } throws: { isRefusal($0) }
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

    @Test("needs memory for the integers and for their products")
    func memory() throws {
        let (exact, rounded) = (try PlantedFolder().plan(), try PlantedFolder { $0.precision = Self.sevenBits }.plan())
        let all = exact.layout.blocks
        #expect(rounded.workingSet(threads: 2).bytes(of: all) > exact.workingSet(threads: 2).bytes(of: all))
    }
}
