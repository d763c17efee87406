import Checkpoints
import Storage
import Testing

@testable import Models

/// A model of the fixtures, and what `make_attention.py` says about its weights.
struct AttentionFixture {
    static let names = ["GPT2/crfm", "GPT2/untied", "GPT2/without-norms", "GPTNeoX/pythia", "GPTNeoX/sequential"]

    let weights: ProcessedWeights
    private let arrays: [String: NumpyArray]

    init(_ name: String) throws {
        weights = ProcessedWeights(try ModelFolder(WeightFixture.root.appending(name)))
        arrays = try NumpyArchive.read(WeightFixture.root.appending("Attention").appending("\(name.replacing("/", with: "-")).npz"))
    }

    /// Numbers of either width.
    func numbers(_ name: String) throws -> [Double] {
        let array = try #require(arrays[name], "\(name)")
        return array.dtype == .float64 ? try array.values(as: Double.self) : try array.values(as: Float.self).map(Double.init)
    }

    /// The token that rows begin with.
    func token() throws -> Int { Int(try #require(try arrays["token"]?.values(as: Int32.self).first)) }

    /// The largest difference as a share of the largest number; infinite where one is NaN and the other is not.
    static func error(_ found: [Double], _ expected: [Double]) -> Double {
        guard found.count == expected.count, !found.isEmpty, zip(found, expected).allSatisfy({ $0.isNaN == $1.isNaN }) else {
            return .infinity
        }
        let known = zip(found, expected).filter { !$0.0.isNaN }
        let largest = known.map { abs($0.1) }.max() ?? 0
        return (known.map { abs($0.0 - $0.1) }.max() ?? 0) / max(largest, .leastNormalMagnitude)
    }
}
