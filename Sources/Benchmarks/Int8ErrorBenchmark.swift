import Kernels
import Pipeline
import Statistics
import SystemPackage

/// How far rounded activations move the correlations of the demo's models on its text: the largest error over all pairs of neurons, with
/// as many bits as are exact here, and fewer.
///
/// The residual is the mean signed error: without bias it is small against the errors themselves.
struct Int8ErrorBenchmark {
    private let configuration: BenchmarkConfiguration
    private let tokens: Int

    /// The tokens that the aims are about.
    static let usual = 65_536
    /// A correlation's.
    static let unit = "of 1"

    init(_ configuration: BenchmarkConfiguration, tokens: Int? = nil) {
        self.configuration = configuration
        self.tokens = tokens ?? configuration.size(quick: 8_192, full: Self.usual)
    }

    /// The line's name.
    static func name(_ bits: QuantisedBits, tokens: Int = usual) -> String {
        "largest error of a correlation, \(bits.rawValue) bits, \(tokens) tokens"
    }

    func lines() throws -> [BenchmarkLine] {
        let unit = Self.unit
        func skipped(_ bits: QuantisedBits, _ reason: String) -> BenchmarkLine {
            .skipped(Self.name(bits, tokens: tokens), unit: unit, because: reason)
        }
        guard let demo = configuration.demo else {
            return QuantisedBits.allCases.map { skipped($0, "configs/demo.yaml was not found") }
        }
        let exact = try DemoStatistics(demo, .exact, tokens: tokens, team: configuration.team)
        return try QuantisedBits.allCases.map { bits in
            do {
                try Int8Gemm.check(bits)
            } catch let error as KernelsError {
                return skipped(bits, error.message)
            }
            let rounded = try DemoStatistics(demo, .int8(bits), tokens: tokens, team: configuration.team)
            let errors = try rounded.errors(against: exact, team: configuration.team)
            // The errors of a neuron's pairs share its roundings, so no more of them than there are neurons are independent.
            let tolerance = 6 * errors.rootMeanSquare / Double(max(1, errors.neurons)).squareRoot()
            let predicted = try rounded.statistics.roundingError().map { "; at most \(Float($0.typical)) is predicted" } ?? ""
            return BenchmarkLine(
                Self.name(bits, tokens: tokens), value: errors.largest, unit: unit, residual: abs(errors.mean), tolerance: tolerance,
                note: "root mean square \(Float(errors.rootMeanSquare))\(predicted); the residual is the mean signed error, "
                    + "\(Float(errors.mean)); over \(errors.count) pairs")
        }
    }
}

/// The demo's statistics over some tokens, for as long as this object lives.
private final class DemoStatistics {
    let statistics: StoredStatistics
    private let replicates: Int
    private let folder: ScratchFolder

    init(_ file: FilePath, _ precision: StatisticsPrecision, tokens: Int, team: ThreadTeam) throws {
        folder = try ScratchFolder()
        var demo = try Configuration.load(file)
        demo.tokens = .tokens(tokens)
        demo.shard = .tokens(tokens)
        demo.replicates = 2
        demo.features.isEnabled = false
        demo.precision = precision
        let context = JobContext(team: team)
        let run = try RunJob(configuration: demo, folder: RunFolder(folder.path.appending("run")), context: context).run()
        let corpus = run.plan.numbers.corpus
        replicates = corpus.replicates
        statistics = StoredStatistics(
            snapshot: try StoreSnapshot(of: run.store, strata: corpus.strata), calibration: run.calibration, replicates: replicates,
            domains: 1)
    }

    /// The errors of all correlations between models.
    func errors(against exact: DemoStatistics, team: ThreadTeam) throws -> CorrelationErrors {
        let (ours, theirs, set) = (statistics, exact.statistics, ReplicateSet.all(replicates))
        let layout = ours.layout
        let blocks = layout.blocks.filter { !$0.isWithin }
        let all = try team.map(blocks.count) { item, _ in
            let block = blocks[item]
            let count = layout.entries(of: block)
            let (rounded, reference) = (FloatBuffer(count: count), FloatBuffer(count: count))
            try ours.correlations(of: block, over: set, into: rounded.pointer)
            try theirs.correlations(of: block, over: set, into: reference.pointer)
            var errors = CorrelationErrors(neurons: layout.groups[block.rows].columns)
            for index in 0..<count { errors.add(Double(rounded.pointer[index]) - Double(reference.pointer[index])) }
            return errors
        }
        return all.reduce(into: CorrelationErrors(neurons: 0)) { $0.add($1) }
    }
}

/// Errors of many correlations.
struct CorrelationErrors {
    /// Neurons that roundings are drawn for, of the side that has fewer.
    private(set) var neurons: Int
    private(set) var largest = 0.0
    private(set) var count = 0
    private var sum = 0.0, squares = 0.0

    init(neurons: Int) { self.neurons = neurons }

    var mean: Double { sum / Double(max(count, 1)) }
    var rootMeanSquare: Double { (squares / Double(max(count, 1))).squareRoot() }

    mutating func add(_ error: Double) {
        largest = error.isNaN ? .infinity : max(largest, abs(error))
        count += 1
        sum += error
        squares += error * error
    }

    mutating func add(_ others: CorrelationErrors) {
        neurons = max(neurons, others.neurons)
        largest = max(largest, others.largest)
        count += others.count
        sum += others.sum
        squares += others.squares
    }
}
