import Foundation
import Statistics
import SystemPackage
import Testing

@testable import Pipeline

@Suite("Configurations of many models")
struct ManyModelsConfigurationTests {
    private func parse(_ models: String, _ rest: String = "") throws -> Configuration {
        let text = "corpus: {path: rows.npy, mask: []}\ntokens: all\nmodels:\n\(models)\n\(rest)\n"
        return try Configuration.parse(text, file: "/runs/study.yaml")
    }

    private func entry(_ id: String, _ steps: String? = nil) -> String {
        steps.map { "  - {id: \(id), path: \"runs/\(id)/checkpoint-{step}\", steps: \($0)}\n" } ?? "  - {id: \(id), path: runs/\(id)}\n"
    }

    /// Key and reason of the refusal.
    private func refusal(_ models: String, _ rest: String = "") -> (key: String, reason: String)? {
        guard case .invalidValue(_, _, let key, _, let reason, _) = ConfigurationFixture.error({ try parse(models, rest) }) else {
            return nil
        }
        return (key, reason)
    }

    @Test("models are put into groups by their ids; within a group all pairs, unless it says reference")
    func groups() throws {
        let models = ["a", "b", "c", "d"].map { entry($0) }.joined()
        let all = try parse(models, "pairs: {groups: [[a, c], [b, d]]}")
        #expect(all.pairs == .groups(SourceGroups([["a", "c"], ["b", "d"]])))
        #expect(all.models.map(\.id) == ["a", "b", "c", "d"])
        let reference = try parse(models, "pairs: {groups: [[a, c], [b, d]], within: reference}")
        #expect(reference.pairs == .groups(SourceGroups([["a", "c"], ["b", "d"]], within: .reference)))
        #expect(try parse(models, "pairs: all").pairs == .all && parse(models).pairs == .reference)
    }

    @Test(
        "groups that do not hold every model once, with another one, are refused",
        arguments: ["[[a, b]]", "[[a, b], [c]]", "[[a, b, a], [c, b]]", "[[a, b], [c, x]]", "[]"])
    func wrongGroups(groups: String) {
        let found = refusal(["a", "b", "c"].map { entry($0) }.joined(), "pairs: {groups: \(groups)}")
        #expect(found?.key == "pairs.groups", "\(found?.reason ?? "taken")")
    }

    @Test("the whole configuration survives the way through JSON with groups and steps")
    func json() throws {
        let configuration = try parse(entry("a", "[1, 2]") + entry("b", "[1, 2]"), "pairs: all")
        #expect(try JSONDecoder().decode(Configuration.self, from: JSONEncoder().encode(configuration)) == configuration)
    }

    @Test("a model with steps is a checkpoint a step: the last ones first, checkpoints of a step compared with each other")
    func steps() throws {
        let configuration = try parse(entry("a", "[400_000, 1000, 10000]") + entry("b", "[1000, 10000, 400000]"))
        #expect(configuration.models.map(\.id) == ["a@400000", "b@400000", "a@1000", "b@1000", "a@10000", "b@10000"])
        #expect(
            configuration.models.prefix(3).map(\.path) == [
                "/runs/runs/a/checkpoint-400000", "/runs/runs/b/checkpoint-400000", "/runs/runs/a/checkpoint-1000",
            ])
        #expect(configuration.models.map(\.step) == [400_000, 400_000, 1_000, 1_000, 10_000, 10_000])
        #expect(configuration.models.map(\.name) == ["a", "b", "a", "b", "a", "b"])
        let groups = [["a@400000", "b@400000"], ["a@1000", "b@1000"], ["a@10000", "b@10000"]]
        #expect(configuration.pairs == .groups(SourceGroups(groups, within: .reference)))
        let all = try parse(entry("a", "[400_000, 1000, 10000]") + entry("b", "[1000, 10000, 400000]"), "pairs: all")
        #expect(all.pairs == .groups(SourceGroups(groups, within: .all)))
    }

    @Test("groups have their own steps, and a single step makes no groups")
    func groupsOfSteps() throws {
        let models = entry("a", "[1, 5]") + entry("c") + entry("b", "[1, 5]") + entry("d")
        let configuration = try parse(models, "pairs: {groups: [[a, b], [c, d]]}")
        #expect(configuration.models.map(\.id) == ["a@5", "c", "b@5", "d", "a@1", "b@1"])
        #expect(configuration.pairs == .groups(SourceGroups([["a@5", "b@5"], ["c", "d"], ["a@1", "b@1"]])))
        let single = try parse(entry("a", "[7]") + entry("b", "[7]"))
        #expect(single.models.map(\.id) == ["a@7", "b@7"] && single.pairs == .reference)
    }

    @Test("steps that cannot be used are refused, each with its place")
    func wrongSteps() {
        let found = [
            refusal(entry("a", "[1, 2]") + entry("b", "[1, 3]")), refusal(entry("a", "[1, 2]") + entry("b")),
            refusal(entry("a", "[1, 1]") + entry("b", "[1]")), refusal(entry("a", "[]") + entry("b", "[]")),
            refusal(entry("a", "[-1]") + entry("b", "[1]")),
            refusal("  - {id: a, path: a, steps: [1]}\n  - {id: b, path: b, steps: [1]}\n"),
            refusal("  - {id: a, path: \"a-{step}\"}\n" + entry("b")), refusal("  - {id: a@1, path: a}\n" + entry("b")),
        ]
        #expect(
            found.map { $0?.key ?? "taken" } == [
                "models[1].steps", "models[1]", "models[0].steps[1]", "models[0].steps", "models[0].steps[0]", "models[0].path",
                "models[0].path", "models[0].id",
            ])
        #expect(found[0]?.reason.contains("other steps than 'a'") == true)
    }

    @Test("screening is taken with groups and steps")
    func screening() throws {
        let configuration = try parse(entry("a", "[1, 2]") + entry("b", "[1, 2]"), "precision: screening")
        #expect(configuration.isScreened && configuration.models.count == 4)
    }

    @Test("ids of plans may have a step, and nothing else behind the @", arguments: ["a@1000", "a@0", "gpt2_b@143000"])
    func plannedIDs(id: String) { #expect(ModelReference.unusable(planned: id) == nil) }

    @Test("other ids of plans are no ids", arguments: ["a@", "a@01", "a@-1", "a@1@2", "@5", "a@x", "../a@1", "mean@3", "a-b@1"])
    func wrongPlannedIDs(id: String) { #expect(ModelReference.unusable(planned: id) != nil) }

    @Test("a band is judged by the models that are compared")
    func band() throws {
        let configuration = try parse(
            ["a", "b", "c", "d"].map { entry($0) }.joined(), "pairs: {groups: [[a, b], [c, d]]}\nlayers: {band: 2}")
        // Between the groups nothing is compared: that d is deeper than a excludes nothing.
        #expect(configuration.band(layers: [3, 3, 9, 3]) == nil)
        #expect(configuration.band(layers: [3, 3, 9, 9]) == 2)
    }

    @Test("the example of training is valid: four steps of five models, the last one first")
    func example() throws {
        let configuration = try Configuration.load(ConfigurationTests.repository.appending("configs/gpt2-small-training.yaml"))
        #expect(configuration.models.count == 20 && configuration.reference.id == "a@400000")
        #expect(configuration.models[5].id == "a@1000" && configuration.models[5].path.lastComponent == "checkpoint-1000")
        #expect(configuration.pairs.groups(of: configuration.models.map(\.id)).map(\.count) == [5, 5, 5, 5])
    }
}
