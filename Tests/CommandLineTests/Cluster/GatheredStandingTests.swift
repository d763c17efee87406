import Cluster
import Scheduling
import SystemPackage
import Testing

@testable import universal_neurons

@Suite("What a folder has once it is gathered")
struct GatheredStandingTests {
    private func standing(
        _ parts: GatheredParts, of asked: GatheredParts, failed: Int = 3, hasStatistics: Bool = true
    ) -> GatheredStanding {
        GatheredStanding(
            run: FilePath("runs/x"), parts: parts, asked: asked, failed: (0..<failed).map { TaskID(shard: 0, group: $0) },
            hasStatistics: hasStatistics)
    }

    @Test("is what was asked for, where no task was given up")
    func complete() {
        let both = standing([.statistics, .matrices], of: [.statistics, .matrices], failed: 0)
        #expect(both.warning == nil && both.text == "runs/x has the run's statistics and matrices\n")
    }

    @Test("is told with what is missing, what makes results of the rest, and what makes the run whole")
    func givenUp() {
        let statistics = standing(.statistics, of: [.statistics, .matrices])
        #expect(statistics.warning == "missing: 3 tasks given up, such as 0.0, 0.1, 0.2; no matrices were made")
        #expect(statistics.text.hasPrefix("runs/x has the run's statistics, without what was given up: for results, "))
        #expect(statistics.text.contains("`universal-neurons analyze runs/x --incomplete`"))
        for command in ["retry runs/x --failed", "resume runs/x"] { #expect(statistics.text.contains("`universal-neurons \(command)`")) }
        // Nobody asked for matrices.
        #expect(standing(.statistics, of: .statistics).warning == "missing: 3 tasks given up, such as 0.0, 0.1, 0.2")
    }

    @Test("has matrices where an analysis has made them of what there is; else it is said what makes them")
    func matrices() {
        let made = standing(.matrices, of: .matrices)
        #expect(made.warning == "missing: 3 tasks given up, such as 0.0, 0.1, 0.2")
        #expect(made.text.hasPrefix("runs/x has the run's matrices, without what was given up; summary.json says"))
        #expect(standing([], of: .matrices).text.contains("`universal-neurons analyze runs/x --incomplete` makes them"))
        let elsewhere = standing([], of: .matrices, hasStatistics: false)
        #expect(elsewhere.text.contains("`universal-neurons gather runs/x --statistics` brings what makes them"))
        #expect(!elsewhere.text.contains("analyze"))
    }
}
