import Corpus
import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("Labels and topics in a configuration")
struct LabelConfigurationTests {
    private static let array = "corpus: {path: rows.npz, mask: []}\ntokens: all\nmodels: [{id: a, path: a}, {id: b, path: b}]\n"

    private func expectInvalid(_ line: Int, _ key: String, _ body: () throws -> Configuration) {
        let error = ConfigurationFixture.error(body)
        guard case .invalidValue(ConfigurationFixture.file, line, key, _, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("labels are a path from the configuration's folder, and stay in the plan")
    func labels() throws {
        let corpus = try ConfigurationFixture.replacing("context: 256", "context: 256\n  labels: text/labels.npz").corpus
        #expect(corpus.labels == "/runs/text/labels.npz")
        #expect(try JSONDecoder().decode(CorpusConfiguration.self, from: JSONEncoder().encode(corpus)) == corpus)
        let plain = try ConfigurationFixture.parse(ConfigurationFixture.text).corpus
        #expect(plain.labels == nil)
        // Plans from before these keys are the same bytes.
        #expect(String(decoding: try JSONEncoder().encode(plain), as: UTF8.self).contains("labels") == false)
        let array = try ConfigurationFixture.parse(Self.array.replacing("mask: []", with: "mask: [], labels: /x/l.npz")).corpus
        #expect(array.labels == "/x/l.npz")
    }

    @Test("labels without features are refused at the line of features, and a list is no path")
    func refusedLabels() throws {
        expectInvalid(11, "features") {
            try ConfigurationFixture.parse(
                ConfigurationFixture.text.replacing("context: 256", with: "context: 256\n  labels: l.npz") + "features: none\n")
        }
        let error = ConfigurationFixture.error { try ConfigurationFixture.replacing("context: 256", "context: 256\n  labels: [l.npz]") }
        #expect(error?.message.contains("corpus.labels") == true, "\(String(describing: error))")
    }

    @Test("topics are a path from the configuration's folder, and stay in the plan")
    func topics() throws {
        let features = try ConfigurationFixture.adding("features: {topics: lists/topics.json}").features
        #expect(features.topics == "/runs/lists/topics.json" && features.isEnabled && features.unigramShare == 0.003)
        #expect(try JSONDecoder().decode(FeatureSettings.self, from: JSONEncoder().encode(features)) == features)
        #expect(features.models == .reference)
        let all = try ConfigurationFixture.adding("features: {models: all}").features
        #expect(all.models == .all && all.unigramShare == 0.003)
        #expect(try JSONDecoder().decode(FeatureSettings.self, from: JSONEncoder().encode(all)) == all)
        #expect(try ConfigurationFixture.adding("features: {models: reference}").features == FeatureSettings())
        let plain = String(decoding: try JSONEncoder().encode(FeatureSettings()), as: UTF8.self)
        #expect(!plain.contains("topics"))
        #expect(try JSONDecoder().decode(FeatureSettings.self, from: Data(plain.utf8)) == FeatureSettings())
        expectInvalid(4, "features.topics") { try ConfigurationFixture.parse(Self.array + "features: {topics: t.json}\n") }
    }

    @Test("topics are features of the demo's tokens, and decide which feature bank it is")
    func demo() throws {
        let folder = try TemporaryFolder()
        let log = RecordedLog()
        let context = JobContext(team: .allCores, logger: log.logger)
        var configuration = try Configuration.load(ConfigurationTests.repository.appending("configs/demo.yaml"))
        func list() throws -> [ListedFeature] {
            try ListFeatures(configuration: configuration, folder: folder.file("rows"), context: context).run()
        }
        let plain = try list()
        configuration.features.topics = try folder.write("topics.json", #"{"of and in": ["Of", "in"], "nothing": ["xyzzyx"]}"#)
        #expect(!log.contains("has no feature"))
        let listed = try list()
        #expect(log.contains("warning: the topic 'nothing' of \(folder.file("topics.json")) has no feature"), "\(log.lines)")
        #expect(!log.contains("'of and in'"))
        let names = listed.map(\.name)
        let topic = try #require(listed.first { $0.name == "topic: of and in" })
        #expect(topic.family == .semantic && topic.occurrences > 1_000)
        let words = ["of", "in"]
        #expect(topic.examples.allSatisfy { words.contains($0.trimmingCharacters(in: .whitespaces).lowercased()) })
        #expect(names.contains("previous: topic: of and in") && !names.contains { $0.contains("nothing") })
        #expect(names.filter { !$0.contains("topic: of and in") } == plain.map(\.name))
    }

    @Test(
        "a file that is no list of words by topic is refused by name",
        arguments: [
            ("{}", "it has 0 topics"), (#"{"a": []}"#, "the topic 'a' has no words"), (#"{"a": ["x", " "]}"#, "without a letter"),
            (#"{"": ["x"]}"#, "a topic's name"), (#"{"a\nb": ["x"]}"#, "a topic's name"),
        ])
    func refusedTopics(text: String, words: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("topics.json", text)
        let error = #expect(throws: PipelineError.self) { try TopicFile.read(path) }
        #expect(error?.message.contains(words) == true && error?.message.contains(path.string) == true, "\(String(describing: error))")
        for text in ["[\"a\"]", "{\"a\": \"x\"}", "{\"a\": [1]}", "a"] {
            try folder.write("topics.json", text)
            #expect(throws: StorageError.self) { try TopicFile.read(path) }
        }
    }

    @Test("topics come sorted, whatever their order in the file")
    func sortedTopics() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("topics.json", #"{"b": ["y"], "a": ["x", "z"], "Ä": ["q"]}"#)
        let topics = try TopicFile.read(path)
        #expect(topics.map(\.name) == ["a", "b", "Ä"] && topics.map(\.words) == [["x", "z"], ["y"], ["q"]])
    }

    @Test("an estimate counts labels, and says where their file or that of topics is missing")
    func estimate() throws {
        var configuration = try Configuration.load(ConfigurationTests.repository.appending("configs/demo.yaml"))
        let plain = try EstimatedShape(configuration, threads: 2)
        configuration.corpus.labels = "/nowhere/labels.npz"
        configuration.features.topics = "/nowhere/topics.json"
        let shape = try EstimatedShape(configuration, threads: 2)
        #expect(shape.features == plain.features + EstimatedShape.labelFeatures)
        let (before, after) = (plain.run.workingSet, shape.run.workingSet)
        // As many labels as tokens, of 32 bits.
        #expect(after.encodingBytes(of: []) - before.encodingBytes(of: []) == 4 * before.shardTokens)
        let missing = try PlanEstimate(of: configuration, threads: 2, memory: [], gigaflopsOfCore: 40).missing
        #expect(missing.contains { $0.contains("/nowhere/labels.npz") } && missing.contains { $0.contains("/nowhere/topics.json") })
        #expect(
            try PlanEstimate(
                of: Configuration.load(ConfigurationTests.repository.appending("configs/demo.yaml")), threads: 2, memory: [],
                gigaflopsOfCore: 40
            ).missing.isEmpty)
    }
}
