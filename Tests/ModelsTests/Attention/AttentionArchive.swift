import Checkpoints
import Storage
import Testing

@testable import Models

/// A model of the fixtures, and what `make_attention.py` says about it.
struct AttentionArchive {
    static let names = ["GPT2/crfm", "GPT2/untied", "GPT2/without-norms", "GPTNeoX/pythia", "GPTNeoX/sequential"]
    /// The first position that the script looks at.
    static let first = 8

    let folder: ModelFolder
    private let arrays: [String: NumpyArray]

    init(_ name: String) throws {
        folder = try ModelFolder(Fixture.root.appending("Tests/Fixtures/\(name)"))
        arrays = try NumpyArchive.read(Fixture.root.appending("Tests/Fixtures/Attention/\(name.replacing("/", with: "-")).npz"))
    }

    /// Numbers of either width.
    func numbers(_ name: String) throws -> [Double] {
        let array = try #require(arrays[name], "\(name)")
        return array.dtype == .float64 ? try array.values(as: Double.self) : try array.values(as: Float.self).map(Double.init)
    }

    func integers(_ name: String) throws -> [Int] { try #require(arrays[name]).values(as: Int32.self).map(Int.init) }

    /// The rows of tokens.
    func rows() throws -> [[Int32]] {
        let tokens = try #require(arrays["tokens"])
        let values = try tokens.values(as: Int32.self)
        return (0..<tokens.shape[0]).map { Array(values[$0 * tokens.shape[1]..<($0 + 1) * tokens.shape[1]]) }
    }

    /// The paths.
    func pairs() throws -> [NeuronHead] {
        let places = try integers("pairs")
        return stride(from: 0, to: places.count, by: 4).map {
            NeuronHead(layer: places[$0], neuron: places[$0 + 1], headLayer: places[$0 + 2], head: places[$0 + 3])
        }
    }

    /// The largest difference as a share of the largest number, without what float32 makes of differences of numbers near 1.
    static func error(_ found: [Double], _ expected: [Double]) -> Double {
        guard found.count == expected.count, !found.isEmpty else { return .infinity }
        let largest = expected.map(abs).max() ?? 0
        let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
        return max(0, difference - 1e-6) / max(largest, .leastNormalMagnitude)
    }
}
