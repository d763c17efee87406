import Foundation
import SystemPackage

@testable import Corpus

/// The committed inputs and expectations of these tests.
enum Fixture {
    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    static let folder = root.appending("Tests/Fixtures/Corpus")
    static let demo = root.appending("configs/demo")
    static let demoCorpus = demo.appending("corpus.jsonl.zst")
    static let demoTokenizer = demo.appending("tokenizer")

    /// Where the real GPT-2 vocabulary lies, if the environment says so.
    static let gpt2 = ProcessInfo.processInfo.environment["UN_GPT2_VOCABULARY"].map { FilePath($0) }

    static func data(_ path: FilePath) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path.string)) }

    static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: try data(folder.appending(name)))
    }
}

/// The generator of the fixtures' scripts.
struct LinearCongruential {
    var state: UInt64

    mutating func next() -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33)
    }
}
