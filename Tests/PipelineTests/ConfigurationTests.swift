import Analysis
import Foundation
import Statistics
import SystemPackage
import Testing

@testable import Pipeline

@Suite("Configuration")
struct ConfigurationTests {
    typealias Fixture = ConfigurationFixture

    static var repository: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    }

    @Test("a short file gets the documented defaults")
    func defaults() throws {
        let configuration = try Fixture.parse(Fixture.text)
        #expect(configuration.name == "study")
        #expect(configuration.tokens == .tokens(100_000))
        #expect(configuration.corpus.context == 256)
        #expect(configuration.corpus.mask == [.bos, .newline])
        #expect(configuration.corpus.minimumCharacters == 50)
        #expect(configuration.corpus.separator == .eot)
        #expect(!configuration.corpus.specialTokens)
        #expect(configuration.corpus.seed == 0)
        #expect(configuration.models.map(\.id) == ["a", "b"])
        #expect(configuration.reference.id == "a")
        #expect(configuration.pairs == .reference)
        #expect(configuration.features == FeatureSettings())
        #expect(configuration.matrices == .float32)
        #expect(configuration.precision == .exact)
        #expect(configuration.kernels == .auto)
        #expect(configuration.resolution.description == "1/16")
        #expect(configuration.shard == .automatic)
        #expect(configuration.replicates == 4)
        #expect(configuration.strata == .none)
        #expect(configuration.rotations.kinds == [.gaussian])
        #expect(configuration.rotations.draws == 5)
        #expect(configuration.threshold == 0.5)
        #expect(configuration.chunk == 4_096)
        #expect(configuration.calibration == 16_384)
        #expect(configuration.examples == ExampleSettings())
        #expect(configuration.memory == nil && configuration.threads == nil)
    }

    @Test("the demo's configuration is valid, and its paths exist beside it")
    func demo() throws {
        let configuration = try Configuration.load(Self.repository.appending("configs/demo.yaml"))
        #expect(configuration.name == "demo")
        #expect(configuration.models.map(\.id) == ["a", "b", "c", "d", "e"])
        let paths = [configuration.corpus.path, configuration.corpus.tokenizer].compactMap(\.self) + configuration.models.map(\.path)
        for path in paths { #expect(FileManager.default.fileExists(atPath: path.string), "\(path)") }
    }

    @Test("a model that is not there is told with the folder that its path counts from")
    func missingModel() throws {
        let file = Self.repository.appending("configs/demo.yaml")
        var configuration = try Configuration.load(file)
        try configuration.checkModels(of: file)
        configuration.models[1] = ModelReference(id: "b", path: Self.repository.appending("demo/models/b"))
        let error = #expect(throws: PipelineError.self) { try configuration.checkModels(of: file) }
        #expect(error?.message.contains("there is no folder \(Self.repository)/demo/models/b") == true)
        #expect(error?.remedy.contains("the configuration's folder, \(Self.repository)/configs,") == true && error?.exitStatus == .noInput)
    }

    @Test(
        "both kinds of rotation can be asked for, in an order",
        arguments: [
            ("both", [RotationKind.gaussian, .orthogonal]), ("orthogonal", [.orthogonal]),
            ("[orthogonal, gaussian]", [.orthogonal, .gaussian]),
            ("[gaussian]", [.gaussian]),
        ])
    func rotationKinds(text: String, kinds: [RotationKind]) throws {
        #expect(try ConfigurationFixture.adding("rotations: {kind: \(text)}").rotations.kinds == kinds)
    }

    @Test("the values that demo.yaml shows in comments are the defaults")
    func commentedDefaults() throws {
        let file = Self.repository.appending("configs/demo.yaml")
        let text = try String(contentsOfFile: file.string, encoding: .utf8)
        var uncommented: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let content = line.drop { $0 == " " }
            let key = content.dropFirst(2).prefix { $0 != ":" }
            let isKey = Configuration.keys.contains(String(key)) || Configuration.corpusKeys.contains(String(key))
            let isPlacement = key == "memory" || key == "threads"
            uncommented.append(
                content.hasPrefix("# ") && isKey && !isPlacement ? line.prefix(line.count - content.count) + content.dropFirst(2) : line)
        }
        #expect(uncommented.joined(separator: "\n") != text)
        #expect(try Configuration.parse(uncommented.joined(separator: "\n"), file: file) == Configuration.load(file))
    }

    @Test("paths are relative to the file, absolute ones stay")
    func paths() throws {
        let configuration = try Fixture.parse(Fixture.text)
        #expect(configuration.corpus.path == "/runs/text/corpus.jsonl")
        #expect(configuration.corpus.tokenizer == "/runs/text/tokenizer")
        #expect(configuration.models.map(\.path) == ["/runs/models/a", "/models/b"])
    }

    @Test("every optional key is read")
    func everyKey() throws {
        let configuration = try Fixture.parse(
            """
            corpus:
              path: c.jsonl
              tokenizer: t
              context: 1_024
              mask: [newline, 17]
              minimum_characters: 0
              separator: none
              special_tokens: true
              seed: 18446744073709551615
            tokens: all
            models: [{id: gpt2_a, path: a}, {id: "1", path: b}]
            pairs: all
            features: {unigram_share: 0.01}
            matrices: none
            precision: exact
            kernels: any
            resolution: 4
            shard: 64k
            replicates: 8
            strata: domain
            rotations: {kind: orthogonal, draws: 7, seed: 3}
            threshold: 0.4
            chunk: 1024
            calibration: 8_192
            examples: {count: 3, before: 1, after: 0}
            moments: {maxima: 12, means: 30}
            memory: 4G
            threads: 2

            """)
        #expect(configuration.name == "study")
        #expect(configuration.corpus.context == 1_024)
        #expect(configuration.corpus.mask == [.newline, .id(17)])
        #expect(configuration.corpus.minimumCharacters == 0)
        #expect(configuration.corpus.separator == .none)
        #expect(configuration.corpus.specialTokens)
        #expect(configuration.corpus.seed == .max)
        #expect(configuration.tokens == .all)
        #expect(configuration.models.map(\.id) == ["gpt2_a", "1"])
        #expect(configuration.pairs == .all)
        #expect(configuration.features.unigramShare == 0.01)
        #expect(configuration.matrices == .none)
        #expect(configuration.kernels == .any)
        #expect(configuration.resolution.step == 4)
        #expect(configuration.shard == .tokens(64_000))
        #expect(configuration.replicates == 8)
        #expect(configuration.strata == .domain)
        #expect(configuration.rotations.kinds == [.orthogonal])
        #expect(configuration.rotations.draws == 7)
        #expect(configuration.rotations.seed == 3)
        #expect(configuration.threshold == 0.4)
        #expect(configuration.chunk == 1_024)
        #expect(configuration.calibration == 8_192)
        #expect(configuration.examples.count == 3)
        #expect(configuration.moments == MomentSettings(maxima: 12, means: 30))
        #expect(configuration.memory?.bytes == 4 << 30)
        #expect(configuration.threads == 2)
    }

    @Test("a configuration survives the way through JSON")
    func codable() throws {
        let configuration = try Fixture.adding("examples: none\nmoments: none\nfeatures: none\nmemory: 2G")
        #expect(configuration.moments == nil)
        #expect(try Fixture.adding("moments: {means: 0}").moments == MomentSettings())
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(Configuration.self, from: data) == configuration)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("\"resolution\":\"1\\/16\""))
        #expect(text.contains("\"minimum_characters\":50"))
    }

    @Test("a .npy needs neither tokenizer nor context, but a newline mask needs the tokenizer")
    func tokenArray() throws {
        let text = """
            corpus: {path: rows.npy, mask: [bos]}
            tokens: all
            models: [{id: a, path: a}, {id: b, path: b}]
            """
        let configuration = try Fixture.parse(text)
        #expect(configuration.corpus.isTokenArray)
        #expect(configuration.corpus.context == nil)
        let error = Fixture.error { try Fixture.parse(text.replacing("[bos]", with: "[bos, newline]")) }
        guard case .invalidValue(_, 1, "corpus.mask[1]", _, _, let remedy) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(remedy.contains("tokenizer"))
    }

    @Test("arguments go before the environment, the environment before the file")
    func overrides() throws {
        let file = try Fixture.adding("threads: 1\nmemory: 1G")
        let environment = try ConfigurationOverrides(environment: ["UN_THREADS": "2", "UN_MEMORY": "2G", "UN_TOKENS": ""])
        let arguments = ConfigurationOverrides(tokens: nil, threads: 3)
        let configuration = file.applying(arguments.over(environment))
        #expect(configuration.threads == 3)
        #expect(configuration.memory?.bytes == 2 << 30)
        #expect(configuration.tokens == .tokens(100_000))
    }

    @Test(
        "a bad environment variable is named",
        arguments: [("UN_THREADS", "0"), ("UN_THREADS", "two"), ("UN_MEMORY", "4"), ("UN_TOKENS", "-1")])
    func badEnvironment(name: String, value: String) {
        let error = Fixture.error { try ConfigurationOverrides(environment: [name: value]) }
        guard case .invalidEnvironment(name, value, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.exitStatus == .configuration)
        #expect(error?.message.contains(name) == true)
    }
}

extension String {
    func replacing(_ old: String, with new: String) -> String { replacingOccurrences(of: old, with: new) }
}
