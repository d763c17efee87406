import Analysis
import Foundation
import Kernels
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Pipeline

/// The demo's models over the oracle's 65,536 tokens, computed once for all tests.
private enum OracleRun {
    static let demo = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().appending("configs/demo")
    static let ids = ["a", "b", "c", "d", "e"]

    static let outcome = Result { () throws -> (AnalysisOutcome, StoredStatistics) in
        let folder = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("oracle-\(UUID().uuidString)").path)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        var corpus = CorpusConfiguration(path: demo.appending("oracle/tokens.npy"))
        corpus.mask = []
        var configuration = Configuration(
            name: "oracle", corpus: corpus, tokens: .all,
            models: ids.map { ModelReference(id: $0, path: demo.appending("models/demo-gpt2-\($0)")) })
        configuration.features.isEnabled = false
        configuration.matrices = .none
        configuration.rotations.draws = 1
        configuration.replicates = 2
        configuration.shard = .tokens(32_768)
        let context = JobContext(team: .allCores)
        let run = try RunJob(configuration: configuration, folder: RunFolder(folder), context: context).run()
        let outcome = try AnalyzeRun(folder: RunFolder(folder), context: context).run()
        // The snapshot keeps its files open after the folder is gone.
        let statistics = StoredStatistics(
            snapshot: outcome.snapshot, calibration: run.calibration, replicates: configuration.replicates, domains: 1)
        return (outcome, statistics)
    }

    static let expected = Result { try NumpyArchive.read(demo.appending("oracle/expected.npz")) }

    static func floats(_ name: String) throws -> [Float] { try #require(try expected.get()[name]).values(as: Float.self) }
    static func integers(_ name: String) throws -> [Int32] { try #require(try expected.get()[name]).values(as: Int32.self) }
}

@Suite("The demo's oracle: float64 correlations of PyTorch activations", .serialized)
struct OracleTests {
    /// What the issue of exactness allows: float32 forward passes and q = 1/16 stay well below.
    private let tolerance: Float = 2e-5

    @Test("65,536 tokens are counted, and no neuron is without variance")
    func tokens() throws {
        let (outcome, _) = try OracleRun.outcome.get()
        #expect(outcome.result.tokens == 65_536)
        #expect(outcome.result.zeroVariance.values.allSatisfy { $0.isEmpty })
    }

    @Test("means and deviations of every neuron")
    func moments() throws {
        let (_, statistics) = try OracleRun.outcome.get()
        for id in OracleRun.ids {
            let (mean, deviation) = (try OracleRun.floats("\(id)_mean"), try OracleRun.floats("\(id)_std"))
            var (place, largest) = (0, (mean: Float(0), deviation: Float(0)))
            for group in statistics.layout.groups(of: id) {
                let block = try #require(statistics.layout.block(rows: group, columns: group))
                let moments = try statistics.moments(of: block, over: .all(2)).rows
                for column in moments.mean.indices {
                    largest.mean = max(largest.mean, abs(Float(moments.mean[column]) - mean[place]))
                    largest.deviation = max(largest.deviation, abs(Float(moments.variance[column].squareRoot()) - deviation[place]))
                    #expect(moments.mean[column].isFinite && moments.variance[column] > 0)
                    place += 1
                }
            }
            #expect(place == mean.count)
            print("oracle: \(id): largest difference of a mean \(largest.mean), of a standard deviation \(largest.deviation)")
            #expect(largest.mean < tolerance)
            #expect(largest.deviation < tolerance)
        }
    }

    @Test("the best correlation of every neuron, and its partner wherever the runner-up is further away than the tolerance")
    func best() throws {
        let (outcome, _) = try OracleRun.outcome.get()
        for (match, pair) in zip(outcome.result.matches, outcome.result.pairs) {
            let (maximum, partner) = (try OracleRun.floats("a_\(match.model.id)_max"), try OracleRun.integers("a_\(match.model.id)_argmax"))
            let tail = pair.forward.partners.highest
            #expect(maximum.count == match.best.count)
            var (largest, undecided, others) = (Float(0), 0, 0)
            for neuron in maximum.indices {
                #expect(match.best[neuron].isFinite)
                largest = max(largest, abs(match.best[neuron] - maximum[neuron]))
                if match.partner[neuron] != partner[neuron] { others += 1 }
                if tail.values[neuron * tail.length] - tail.values[neuron * tail.length + 1] > tolerance {
                    #expect(match.partner[neuron] == partner[neuron])
                } else {
                    undecided += 1
                }
            }
            print(
                "oracle: \(pair.name): largest difference of a best correlation \(largest); \(others) other partners, "
                    + "\(undecided) neurons with the runner-up within the tolerance")
            #expect(largest < tolerance)
            #expect(largest > 0, "nothing was compared")
            // Of 2,048 neurons two are so at most: the partners of all others are held against PyTorch's.
            #expect(Double(undecided) < 0.01 * Double(maximum.count), "\(undecided) neurons have no partner that can be told")
        }
    }

    @Test("whole blocks of correlations", arguments: [("block_a0_b0", 0, 0), ("block_a1_b2", 1, 2), ("block_a3_b3", 3, 3)])
    func blocks(_ name: String, _ row: Int, _ column: Int) throws {
        let (_, statistics) = try OracleRun.outcome.get()
        let layout = statistics.layout
        let block = try #require(layout.block(rows: layout.groups(of: "a")[row], columns: layout.groups(of: "b")[column]))
        let expected = try OracleRun.floats(name)
        var found = [Float](repeating: .nan, count: expected.count)
        try statistics.correlations(of: block, over: .all(2), into: &found)
        let largest = zip(found, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        print("oracle: \(name): largest difference of a correlation \(largest)")
        #expect(largest < tolerance)
        #expect(found.allSatisfy { $0.isFinite })
    }
}
