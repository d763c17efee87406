import Analysis
import Foundation
import Kernels
import Statistics
import SystemPackage
import Testing

@testable import Pipeline

/// The figures of `configs/demo/oracle/measured.json` over the whole corpus with masks.
private struct MeasuredDemo: Decodable {
    struct Baseline: Decodable {
        let mean: Double
        let above30: [Int], above40: [Int], above50: [Int]

        enum CodingKeys: String, CodingKey {
            case mean = "mean_baseline"
            case above30 = "excess_above_0.3"
            case above40 = "excess_above_0.4"
            case above50 = "excess_above_0.5"
        }
    }

    struct Corpus: Decodable {
        let tokens: Int
        let mean: Double
        let gaussian: Baseline, orthogonal: Baseline

        enum CodingKeys: String, CodingKey {
            case tokens, gaussian, orthogonal
            case mean = "mean_max_correlation"
        }
    }

    let corpus: Corpus
}

@Suite(
    "The whole demo corpus with masks",
    .enabled(if: ProcessInfo.processInfo.environment["UN_ALL"] != nil, "only with UN_ALL=1: it takes minutes"))
struct WholeDemoTests {
    @Test("tokens, correlations, baselines and universal neurons are what the demo's page says, for both kinds of rotation")
    func figures() throws {
        let configs = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().appending("configs")
        let file = URL(fileURLWithPath: configs.appending("demo/oracle/measured.json").string)
        let expected = try JSONDecoder().decode(MeasuredDemo.self, from: Data(contentsOf: file)).corpus
        var configuration = try Configuration.load(configs.appending("demo.yaml"))
        configuration.tokens = .all
        configuration.features.isEnabled = false
        configuration.matrices = .none
        let folder = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("demo-\(UUID().uuidString)").path)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let context = JobContext(team: .allCores)
        let run = try RunJob(configuration: configuration, folder: RunFolder(folder), context: context).run()
        let statistics = StoredStatistics(
            snapshot: try StoreSnapshot(of: run.store, strata: run.plan.numbers.corpus.strata), calibration: run.calibration,
            replicates: configuration.replicates, domains: 1)
        // The seed of the rotations is the configuration's: it is not chosen for this test.
        let result = try UniversalityAnalysis(
            statistics: statistics,
            configuration: UniversalityConfiguration(
                reference: "a", others: ["b", "c", "d", "e"], allPairs: false,
                rotations: RotationConfiguration(
                    kinds: [.gaussian, .orthogonal], draws: configuration.rotations.draws, seed: configuration.rotations.seed),
                threshold: configuration.threshold)
        ).run(team: context.team, memory: 4 << 30)

        #expect(result.tokens == expected.tokens)
        #expect(result.zeroVariance.values.allSatisfy { $0.isEmpty })
        print("demo: \(result.tokens) tokens, mean of the highest correlation \(result.meanCorrelation.value)")
        #expect(abs(result.meanCorrelation.value - expected.mean) < 1e-3)
        #expect(result.baselines.map(\.kind) == [.gaussian, .orthogonal])
        for (baseline, page) in zip(result.baselines, [expected.gaussian, expected.orthogonal]) {
            let counts = [0.3, 0.4, 0.5].map { threshold in baseline.excess.count { $0 > threshold } }
            print("demo: \(baseline.kind): mean baseline \(baseline.meanBaseline.value), excess above 0.3, 0.4, 0.5: \(counts)")
            #expect(abs(baseline.meanBaseline.value - page.mean) < 1e-3)
            #expect(abs(counts[0] - page.above30.reduce(0, +)) <= 5)
            #expect(abs(counts[1] - page.above40.reduce(0, +)) <= 3)
            #expect(counts[2] == page.above50.reduce(0, +))
        }
    }
}
