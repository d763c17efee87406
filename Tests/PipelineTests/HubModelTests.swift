import Checkpoints
import Foundation
import Kernels
import SmallRuns
import SystemPackage
import Testing

@testable import Pipeline

@Suite("Models of the Hugging Face cache")
struct HubModelTests {
    private static let commits = ["a": String(repeating: "a1", count: 20), "b": String(repeating: "b2", count: 20)]

    /// A planted run whose models lie in a cache, as huggingface_hub would have put them there, under the branch `main` and the tag `step-5`.
    private struct Cached {
        let planted: PlantedFolder
        var cache: HubCache { HubCache(folder: planted.path.appending("hub")) }
        var context: JobContext { JobContext(team: ThreadTeam(count: 2), hubCache: cache) }

        init() throws {
            planted = try PlantedFolder()
            for (id, commit) in HubModelTests.commits { try move(id, to: commit, branches: ["main", "step-5"]) }
            planted.configuration.models = [
                ModelReference(id: "a", path: "hf:seeds/a"), ModelReference(id: "b", path: "hf:seeds/b@step-5"),
            ]
        }

        func move(_ id: String, to commit: String, branches: [String]) throws {
            try Self.move(id, to: commit, branches: branches, of: planted, in: cache)
        }

        /// Makes a model of a planted folder a commit of the repository of its name, as huggingface_hub would have put it there.
        static func move(_ id: String, to commit: String, branches: [String], of planted: PlantedFolder, in cache: HubCache) throws {
            let manager = FileManager.default
            let repository = cache.folder.appending("models--seeds--\(id)")
            let snapshot = repository.appending("snapshots/\(commit)")
            for folder in ["refs", "blobs", "snapshots/\(commit)"] {
                try manager.createDirectory(atPath: repository.appending(folder).string, withIntermediateDirectories: true)
            }
            for name in try manager.contentsOfDirectory(atPath: planted.path.appending(id).string) {
                let blob = "\(name)-\(commit.prefix(6))"
                try manager.moveItem(
                    atPath: planted.path.appending("\(id)/\(name)").string, toPath: repository.appending("blobs/\(blob)").string)
                try manager.createSymbolicLink(atPath: snapshot.appending(name).string, withDestinationPath: "../../blobs/\(blob)")
            }
            for branch in branches { try Data(commit.utf8).write(to: URL(fileURLWithPath: repository.appending("refs/\(branch)").string)) }
        }

        func plan() throws -> PlannedRun {
            try PlanJob(configuration: planted.configuration, folder: planted.run, context: context).run()
        }
    }

    @Test("the plan keeps the reference and its commit, and is the plan of the same models in folders")
    func planned() throws {
        let cached = try Cached()
        let plan = try cached.plan().plan
        #expect(plan.configuration.models.map(\.path.string) == ["hf:seeds/a", "hf:seeds/b@step-5"])
        #expect(plan.configuration.models.map(\.commit) == [Self.commits["a"], Self.commits["b"]])
        let read = try RunPlan.read(cached.planted.run.plan)
        #expect(read.configuration.models == plan.configuration.models)
        #expect(try PlantedFolder().plan().plan.identity == plan.identity)
        let inspected = try PlanInspection(in: cached.planted.run)
        #expect(inspected.models.map(\.path) == ["hf:seeds/a", "hf:seeds/b@step-5"] && inspected.models[0].commit == Self.commits["a"])
    }

    @Test("a branch that moves on leaves what was planned where it is; a new plan takes the new commit and is refused in the old folder")
    func moved() throws {
        let cached = try Cached()
        let planned = try cached.plan()
        let other = String(repeating: "c3", count: 20)
        try PlantedModel(seed: 9, embedding: 9).write(to: cached.planted.path.appending("a"))
        try cached.move("a", to: other, branches: ["main"])
        // Whoever computes with the plan has its commit.
        let folders = try ModelFinder(context: cached.context).openAll(of: planned.plan)
        #expect(folders["a"]?.path.lastComponent?.string == Self.commits["a"])
        var configuration = try RunPlan.read(cached.planted.run.plan).configuration
        #expect(
            try PlanJob(configuration: configuration, folder: cached.planted.run, context: cached.context).run().plan.identity
                == planned.plan.identity)
        configuration = cached.planted.configuration
        let error = #expect(throws: PipelineError.self) {
            try PlanJob(configuration: configuration, folder: cached.planted.run, context: cached.context).run()
        }
        guard case .otherRun = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a model that is not in the cache, or was removed from it, is told with the command that downloads it")
    func missing() throws {
        let cached = try Cached()
        let planned = try cached.plan()
        let file: FilePath = "/runs/study.yaml"
        try cached.planted.configuration.checkModels(of: file, cache: cached.cache)
        var configuration = cached.planted.configuration
        configuration.models[1] = ModelReference(id: "b", path: "hf:seeds/b@step-6")
        let command = "hf download seeds/b config.json '*.safetensors*' 'pytorch_model*' --revision step-6"
        for attempt in [
            { try configuration.checkModels(of: file, cache: cached.cache) },
            {
                _ = try PlanJob(
                    configuration: configuration, folder: RunFolder(cached.planted.path.appending("x")), context: cached.context
                ).run()
            },
            { _ = try PlanEstimate(of: configuration, threads: 1, memory: [], gigaflopsOfCore: 1, hubCache: cached.cache) },
        ] as [() throws -> Void] {
            let error = try #require(throws: CheckpointError.self) { try attempt() }
            #expect(error.remedy.contains(command) && error.exitStatus == .noInput)
        }
        // Of what was planned, the commit is wanted.
        try FileManager.default.removeItem(atPath: cached.cache.folder.appending("models--seeds--b").string)
        let error = try #require(throws: PipelineError.self) { try ModelFinder(context: cached.context).openAll(of: planned.plan) }
        guard case .modelNotReachable("b", "hf:seeds/b@step-5", let reason) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.contains("hf download seeds/b config.json") && reason.contains("--revision \(Self.commits["b"] ?? "")"))
    }

    @Test("each step of a training is looked up as the revision that has it, and one that is missing is told with its command")
    func steps() throws {
        let planted = try PlantedFolder()
        let cache = HubCache(folder: planted.path.appending("hub"))
        func commit(_ id: String, _ step: Int) -> String { String(100 + step) + String(repeating: id, count: 37) }
        for (index, id) in ["a", "b"].enumerated() {
            for step in [1, 20] {
                try PlantedModel(seed: UInt64(10 * index + step), embedding: 9).write(to: planted.path.appending(id))
                try Cached.move(id, to: commit(id, step), branches: ["checkpoint-\(step)"], of: planted, in: cache)
            }
        }
        func configure(_ steps: String, _ path: (String) -> String = { "hf:seeds/\($0)@checkpoint-{step}" }) throws -> Configuration {
            let models = ["a", "b"].map { "  - {id: \($0), path: \"\(path($0))\", steps: \(steps)}\n" }.joined()
            let settings = "name: x\ncorpus: {path: tokens.npy, mask: []}\ntokens: all\nfeatures: none\nreplicates: 2\nshard: 512\n"
            return try Configuration.parse("\(settings)models:\n\(models)\n", file: planted.path.appending("study.yaml"))
        }
        let context = JobContext(team: ThreadTeam(count: 2), hubCache: cache)
        let configuration = try configure("[20, 1]")
        #expect(configuration.models.map(\.path.string).first == "hf:seeds/a@checkpoint-20")
        let planned = try PlanJob(configuration: configuration, folder: planted.run, context: context).run().plan
        #expect(planned.configuration.models.map(\.id) == ["a@20", "b@20", "a@1", "b@1"])
        let commits = [commit("a", 20), commit("b", 20), commit("a", 1), commit("b", 1)]
        #expect(planned.configuration.models.map(\.commit) == commits)
        let folders = try ModelFinder(context: context).openAll(of: planned)
        #expect(planned.configuration.models.map { folders[$0.id]?.path.lastComponent?.string } == commits)
        #expect(Set(planned.numbers.models.map(\.digest)).count == 4)

        let more = try configure("[1, 20, 300]")
        let command =
            "download it: hf download seeds/a config.json '*.safetensors*' 'pytorch_model*' --revision checkpoint-300"
        let other = RunFolder(planted.path.appending("other"))
        func refusals() throws -> [CheckpointError] {
            try [
                { try more.checkModels(of: "/runs/study.yaml", cache: cache) },
                { _ = try PlanJob(configuration: more, folder: other, context: context).run() },
                { _ = try PlanEstimate(of: more, threads: 1, memory: [], gigaflopsOfCore: 1, hubCache: cache) },
            ].map { (attempt: () throws -> Void) in try #require(throws: CheckpointError.self) { try attempt() } }
        }
        #expect(try refusals().map(\.remedy) == [command, command, command])
        // The branch is known and its files were never fetched, as after `hf download` of another file that was stopped.
        let ref = planted.path.appending("hub/models--seeds--a/refs/checkpoint-300")
        try Data(commit("a", 300).utf8).write(to: URL(fileURLWithPath: ref.string))
        #expect(try refusals().map(\.remedy) == [command, command, command])
        // A repository for each step is named as well, and looked up as one.
        let repositories = try configure("[1, 20]") { "hf:seeds/\($0)-step{step}" }
        #expect(repositories.models.map(\.path.string).prefix(2) == ["hf:seeds/a-step20", "hf:seeds/b-step20"])
        let error = try #require(throws: CheckpointError.self) { try repositories.checkModels(of: "/runs/study.yaml", cache: cache) }
        #expect(error.remedy.hasPrefix("download it: hf download seeds/a-step20 config.json"))
    }

    @Test("a configuration names repositories for models and for the tokenizer; a mistake in one is an error of its line")
    func configuration() throws {
        var configuration = try ConfigurationFixture.replacing("path: models/a", "path: hf:seeds/a@checkpoint-400000")
        #expect(configuration.models[0].path == "hf:seeds/a@checkpoint-400000" && configuration.models[1].path == "/models/b")
        configuration = try ConfigurationFixture.replacing("tokenizer: text/tokenizer", "tokenizer: hf:gpt2@main")
        #expect(configuration.corpus.tokenizer == "hf:gpt2")
        configuration = try ConfigurationFixture.replacing("path: models/a", "path: ./hf:a")
        #expect(configuration.models[0].path == "/runs/./hf:a" || configuration.models[0].path == "/runs/hf:a")
        for text in ["hf:../../etc", "hf:a/b@../../../x", "hf:", "hf:a/b/c"] {
            let error = ConfigurationFixture.error { try ConfigurationFixture.replacing("path: models/a", "path: '\(text)'") }
            guard case .invalidValue(ConfigurationFixture.file, 8, "models[0].path", text, _, _) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("a tokenizer of the cache is loaded at the commit that it was planned with")
    func tokenizer() throws {
        let folder = try TemporaryFolder()
        let commit = String(repeating: "d4", count: 20)
        let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let snapshot = folder.file("models--gpt2/snapshots/\(commit)")
        try FileManager.default.createDirectory(atPath: folder.file("models--gpt2/snapshots").string, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: root.appending("configs/demo/tokenizer").string, toPath: snapshot.string)
        try folder.write("models--gpt2/refs/main", commit)
        let cache = HubCache(folder: folder.path)
        var corpus = CorpusConfiguration(path: "/nowhere.jsonl", tokenizer: "hf:gpt2", context: 8)
        #expect(try corpus.tokenizerFolder(in: cache) == snapshot)
        #expect(try corpus.loadTokenizer(in: cache)?.vocabularySize == 2048)
        var configuration = try ConfigurationFixture.parse(ConfigurationFixture.text)
        configuration.corpus = corpus
        let pinned = try configuration.pinned(in: cache)
        #expect(pinned.corpus.tokenizerCommit == commit)
        let read = try JSONDecoder().decode(CorpusConfiguration.self, from: JSONEncoder().encode(pinned.corpus))
        #expect(read == pinned.corpus)
        try folder.write("models--gpt2/refs/main", String(repeating: "e5", count: 20))
        #expect(throws: CheckpointError.self) { try corpus.tokenizerFolder(in: cache) }
        corpus.tokenizerCommit = commit
        #expect(try corpus.tokenizerFolder(in: cache) == snapshot)
    }
}
