import Kernels
import Pipeline
import Statistics

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
