import Analysis
import Foundation
import Kernels
import SystemPackage
import Testing

@testable import Pipeline

@Suite(
    "The whole demo corpus, screened",
    .enabled(if: ProcessInfo.processInfo.environment["UN_ALL"] != nil, "only with UN_ALL=1: it takes minutes"))
struct ScreenedDemoTests {
    @Test(
        "the best partner is kept of 99.9 % of the neurons with an excess above 0.3, also with a pilot of an eighth of the tokens",
        arguments: [50_000, 200_000])
    func kept(pilot: Int) throws {
        let configs = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().appending("configs")
        func outcome(_ precision: StatisticsPrecision) throws -> AnalysisOutcome {
            var configuration = try Configuration.load(configs.appending("demo.yaml"))
            configuration.tokens = .all
            configuration.shard = .tokens(12_544)
            configuration.features.isEnabled = false
            configuration.matrices = .none
            configuration.precision = precision
            let path = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("demo-\(UUID().uuidString)").path)
            defer { try? FileManager.default.removeItem(atPath: path.string) }
            let (folder, context) = (RunFolder(path), JobContext(team: .allCores))
            return try RunJob(configuration: configuration, folder: folder, context: context).run { _ in
                try AnalyzeRun(folder: folder, context: context).run()
            }
        }
        var settings = ScreeningSettings()
        settings.pilot = pilot
        let (exact, screened) = (try outcome(.exact).result, try outcome(.screening(settings)).result)
        let finding = try #require(screened.screening)
        let strong = exact.excess.indices.filter { exact.excess[$0] > 0.3 }
        let kept = strong.count { i in zip(exact.matches, screened.matches).allSatisfy { $0.partner[i] == $1.partner[i] } }
        print("demo, screened: \(kept) of \(strong.count) kept; \(finding)")
        #expect(strong.count >= 45 && Double(kept) >= 0.999 * Double(strong.count))
        // Of all neurons the estimate is cautious: no more are missed than it says.
        let all = exact.excess.indices
        let missed = zip(exact.matches, screened.matches).reduce(0) { sum, pair in
            sum + all.count { pair.1.best[$0] < pair.0.best[$0] - 1e-5 }
        }
        print("demo, screened: \(missed) of \(all.count * exact.matches.count) missed, \(finding.missed) estimated")
        #expect(Double(missed) <= finding.missed * Double(all.count * exact.matches.count) + 3)
        #expect((finding.missedAbove ?? 1) < 0.01)
        // Correlations are over all tokens, and the baseline's bias is what is said of it.
        #expect(exact.tokens == screened.tokens)
        for (x, y) in zip(exact.matches, screened.matches) { #expect(all.allSatisfy { y.best[$0] < x.best[$0] + 1e-4 }) }
        let bias = screened.baseline.meanBaseline.value - exact.baseline.meanBaseline.value
        print("demo, screened: baseline too high by \(bias), \(finding.baselineBias ?? .nan) estimated")
        #expect(bias > 0 && abs(bias - (finding.baselineBias ?? 0)) < 0.01)
    }
}
