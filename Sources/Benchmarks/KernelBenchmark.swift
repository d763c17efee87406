import CKernels
import Foundation
import Kernels

/// The speed and the error of our own elementwise kernels on one thread, in the second-level cache.
struct KernelBenchmark {
    private let configuration: BenchmarkConfiguration
    private static let rows = 32
    private static let columns = 3_072

    init(_ configuration: BenchmarkConfiguration) { self.configuration = configuration }

    func lines() -> [BenchmarkLine] {
        let (rows, columns) = (Self.rows, Self.columns)
        var numbers = SeededFloats(seed: 7)
        let x = numbers.normal(rows * columns, scale: 2)
        let bias = numbers.normal(columns, scale: 0.5)
        var out = x
        let tanh = speed { un_bias_gelu_tanh(x, bias, &out, rows, columns) }
        let tanhError = error(of: out, x, bias) { value in
            let u = (2 / Double.pi).squareRoot() * (value + 0.044715 * value * value * value)
            return value / (1 + exp(-2 * u))
        }
        let erf = speed { un_bias_gelu_erf(x, bias, &out, rows, columns) }
        let erfError = error(of: out, x, bias) { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 }
        let zeros = [Int32](repeating: 0, count: rows * columns)
        var sums = zeros
        un_accumulate_int32(x, columns, &sums, columns, rows, columns, 16)
        let wrong = zip(x, sums).count { $1 != Int32(($0 * 16).rounded(.toNearestOrEven)) }
        sums = zeros
        let rounds = speed { un_accumulate_int32(x, columns, &sums, columns, rows, columns, 16) }
        return [
            BenchmarkLine("GELU, tanh form, one thread", value: tanh, unit: "M values/s", residual: tanhError, tolerance: 2e-7),
            BenchmarkLine("GELU, erf form, one thread", value: erf, unit: "M values/s", residual: erfError, tolerance: 2e-7),
            BenchmarkLine(
                "rounding and accumulation, one thread", value: rounds, unit: "M values/s", residual: Double(wrong) / Double(x.count),
                tolerance: 0),
        ]
    }

    /// Millions of values a second: the median over rounds of ten calls.
    private func speed(_ body: () -> Void) -> Double {
        body()
        let times = (0..<configuration.rounds * 3).map { _ in PairedTimes.seconds { for _ in 0..<10 { body() } } }
        return Double(10 * Self.rows * Self.columns) / PairedTimes.median(times) / 1e6
    }

    private func error(of out: [Float], _ x: [Float], _ bias: [Float], _ exact: (Double) -> Double) -> Double {
        out.indices.reduce(0) { worst, index in
            let value = exact(Double(x[index] + bias[index % Self.columns]))
            return max(worst, abs(Double(out[index]) - value) / max(1, abs(value)))
        }
    }
}
