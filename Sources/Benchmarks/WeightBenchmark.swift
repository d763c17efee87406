import Analysis
import Kernels

/// Cosines of the neurons of GPT-2 small with its vocabulary, with moments, histogram and the tokens at both ends, against the bare products
/// of the same tiles.
struct WeightBenchmark {
    static let name = "cosines with a vocabulary"
    private static let width = 768
    private let configuration: BenchmarkConfiguration
    private let layers, neuronsOfLayer, vocabulary: Int

    /// GPT-2 small's sizes, or with `quick` smaller ones; tests have their own.
    init(_ configuration: BenchmarkConfiguration, neuronsOfLayer: Int = 3_072, vocabulary: Int? = nil) {
        self.configuration = configuration
        self.neuronsOfLayer = neuronsOfLayer
        self.vocabulary = vocabulary ?? configuration.size(quick: 8_192, full: 50_257)
        layers = configuration.size(quick: 1, full: 12)
    }

    func line() throws -> BenchmarkLine {
        let team = configuration.team
        let tokens = try Self.rows(vocabulary, seed: 21, team: team)
        // One layer's neurons stand for all: what is not kept of them costs the same.
        let neurons = try Self.rows(neuronsOfLayer, seed: 22, team: team)
        let scan = CosineScan(tokens: tokens, tail: WeightAnalysis.usualTail)
        let scratch = (0..<team.count).map { _ in FloatBuffer(count: CosineScan.panel * CosineScan.tile) }
        var summary: CosineSummary?
        let times = try PairedTimes.measure(rounds: 3) {
            try PairedTimes.seconds { for _ in 0..<layers { summary = try scan.summary(of: neurons, team: team) } }
        } theirs: {
            try PairedTimes.seconds { for _ in 0..<layers { try Self.multiply(neurons, tokens, team: team, scratch: scratch) } }
        }
        let cosines = Double(layers * neuronsOfLayer) * Double(vocabulary) / 1e6
        return BenchmarkLine(
            Self.name, value: cosines / times.seconds, unit: "M cosines/s", against: .limit("bare SGEMM", cosines / times.theirSeconds),
            ratio: times.ratio,
            residual: summary.map { Self.residual(of: $0, neurons, tokens) }, tolerance: 1e-4,
            note: "\(layers * neuronsOfLayer) neurons, \(vocabulary) tokens, width \(Self.width), "
                + "\(Int((2e-3 * cosines / times.theirSeconds * Double(Self.width)).rounded())) GFLOP/s bare")
    }

    private static func rows(_ count: Int, seed: UInt64, team: ThreadTeam) throws -> UnitRows {
        let values = FloatBuffer(count: count * width)
        var numbers = SeededFloats(seed: seed)
        for index in 0..<values.count { values.pointer[index] = numbers.next() }
        return try UnitRows(scaling: values, width: width, team: team)
    }

    /// The products of the same tiles in the same order, and nothing else.
    private static func multiply(_ neurons: UnitRows, _ tokens: UnitRows, team: ThreadTeam, scratch: [FloatBuffer]) throws {
        let (panel, tile) = (CosineScan.panel, CosineScan.tile)
        try team.forEach((neurons.rows + panel - 1) / panel) { item, thread in
            let count = min(panel, neurons.rows - item * panel)
            for start in stride(from: 0, to: tokens.rows, by: tile) {
                let columns = min(tile, tokens.rows - start)
                Gemm.multiply(
                    count, columns, width, neurons.values.pointer + item * panel * width, lda: width,
                    tokens.values.pointer + start * width, ldb: width, transposeB: true, into: scratch[thread].pointer, ldc: columns)
            }
        }
    }

    /// The largest relative error of a variance or a kurtosis, or error of a highest cosine, of sampled neurons against float64.
    private static func residual(of summary: CosineSummary, _ neurons: UnitRows, _ tokens: UnitRows) -> Double {
        stride(from: 5, to: neurons.rows, by: max(1, neurons.rows / 8)).reduce(0) { worst, neuron in
            let cosines = (0..<tokens.rows).map { token in
                let (x, y) = (neurons.values.pointer + neuron * width, tokens.values.pointer + token * width)
                var sum = 0.0
                for d in 0..<width { sum += Double(x[d]) * Double(y[d]) }
                return sum
            }
            let mean = cosines.reduce(0, +) / Double(cosines.count)
            var (second, fourth) = (0.0, 0.0)
            for cosine in cosines {
                let square = (cosine - mean) * (cosine - mean)
                second += square / Double(cosines.count)
                fourth += square * square / Double(cosines.count)
            }
            let found = summary.moments[neuron]
            let highest = summary.tokens.highest
            return [
                worst, abs(found.variance / second - 1), abs(found.kurtosis / (fourth / (second * second)) - 1),
                abs(Double(highest.values[neuron * highest.length]) - (cosines.max() ?? 0)),
            ].max() ?? .infinity
        }
    }
}
