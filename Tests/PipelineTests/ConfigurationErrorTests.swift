import Foundation
import SystemPackage
import Testing

@testable import Pipeline

@Suite("Configuration errors name file, line and key")
struct ConfigurationErrorTests {
    typealias Fixture = ConfigurationFixture

    @Test(
        "an unknown key names the nearest known one",
        arguments: [
            ("replicats: 4", "replicats", "replicates"),
            ("treads: 4", "treads", "threads"),
            ("Kernels: auto", "Kernels", "kernels"),
            ("budget: 4", "budget", "threads"),
            ("rotation: {}", "rotation", "rotations"),
            ("rotations: {dras: 4}", "rotations.dras", "draws"),
            ("examples: {counts: 4}", "examples.counts", "count"), ("moments: {maximum: 4}", "moments.maximum", "maxima"),
            ("features: {unigram: 0.1}", "features.unigram", "unigram_share"),
            ("context: 12", "context", "corpus.context"),
            ("draws: 12", "draws", "rotations.draws"),
        ])
    func unknownKey(line: String, key: String, nearest: String) {
        let error = Fixture.error { try Fixture.adding(line) }
        guard case .unknownKey(let file, 10, key, let found, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(file == Fixture.file)
        if key != "budget" { #expect(found == nearest) }
        #expect(error?.message.hasPrefix("/runs/study.yaml:10: unknown key '\(key)'") == true)
        #expect(error?.message.contains("'\(found)'") == true)
        #expect(error?.exitStatus == .configuration)
    }

    @Test(
        "a key that is an option of commands names it, and one that resembles nothing is not said to be another",
        arguments: [("audit: 1%", "audit", "--audit"), ("retries: 5", "retries", "--retries"), ("workers: 2", "workers", "--workers")])
    func optionAsKey(line: String, key: String, option: String) {
        let error = Fixture.error { try Fixture.adding(line) }
        #expect(error == .optionAsKey(file: Fixture.file, line: 10, key: key, option: option))
        #expect(error?.remedy.contains("give \(option) on the command line") == true && error?.exitStatus == .configuration)
        // Below the top it is a key like any other.
        guard case .unknownKey = Fixture.error({ try Fixture.adding("examples: {\(line)}") }) else {
            Issue.record("examples.\(key) is not unknown")
            return
        }
        let strange = Fixture.error { try Fixture.adding("budget: 4") }
        #expect(strange?.remedy.hasPrefix("remove it; known here: name, corpus") == true, "\(String(describing: strange))")
        #expect(Fixture.error { try Fixture.adding("treads: 4") }?.remedy.hasPrefix("write 'threads' if that was meant; ") == true)
    }

    @Test("unknown keys of the corpus and of a model are found at their line")
    func unknownNestedKey() {
        #expect(
            Fixture.error { try Fixture.replacing("context: 256", "contxt: 256") }
                == .unknownKey(
                    file: Fixture.file, line: 5, key: "corpus.contxt", nearest: "context", known: Configuration.corpusKeys))
        #expect(
            Fixture.error { try Fixture.replacing("{id: b, path", "{id: b, pth") }
                == .unknownKey(file: Fixture.file, line: 9, key: "models[1].pth", nearest: "path", known: Configuration.modelKeys))
        #expect(
            Fixture.error { try Fixture.replacing("context: 256", "tokens: 256") }
                == .unknownKey(file: Fixture.file, line: 5, key: "corpus.tokens", nearest: "tokens", known: Configuration.corpusKeys))
    }

    @Test("a key that stands twice is refused")
    func duplicateKey() {
        #expect(Fixture.error { try Fixture.adding("tokens: 5k") } == .duplicateKey(file: Fixture.file, line: 6, key: "tokens"))
    }

    @Test(
        "a missing key is named with what it expects",
        arguments: [
            ("tokens: 100k", "# none", "tokens", 1), ("  path: text/corpus.jsonl", "", "corpus.path", 4),
            ("  tokenizer: text/tokenizer", "", "corpus.tokenizer", 3), ("  context: 256", "", "corpus.context", 3),
            ("{id: a, path: models/a}", "{id: a}", "models[0].path", 8), ("{id: a, path: models/a}", "{path: a}", "models[0].id", 8),
        ])
    func missingKey(old: String, new: String, key: String, line: Int) {
        let error = Fixture.error { try Fixture.replacing(old, new) }
        guard case .missingKey(_, line, key, let expected) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!expected.isEmpty)
    }

    @Test(
        "a value of the wrong type says what was expected and what stands there",
        arguments: [
            ("replicates: many", "replicates", "a whole number from 2 to 64", "'many'"),
            ("replicates: 4.5", "replicates", "a whole number from 2 to 64", "'4.5'"),
            ("replicates: \"4\"", "replicates", "a whole number from 2 to 64", "'4'"),
            ("replicates:", "replicates", "a whole number from 2 to 64", "nothing"),
            ("threshold: high", "threshold", "a number from 0.0 to 1.0", "'high'"),
            ("kernels: [auto]", "kernels", "auto, haswell, skylakex or any", "a list"),
            ("rotations: gaussian", "rotations", "a mapping with kind, draws and seed", "'gaussian'"),
            ("rotations: {seed: x}", "rotations.seed", "a whole number from 0 to 18446744073709551615", "'x'"),
            ("moments: {means: all}", "moments.means", "a whole number from 0 to 1000", "'all'"),
            ("memory: {G: 4}", "memory", "an amount of memory such as 512M, 4G or 1.5G, in powers of 1,024", "a mapping"),
            ("name: ~", "name", "the name of the run", "nothing"),
        ])
    func wrongType(line: String, key: String, expected: String, found: String) {
        let isName = key == "name"
        let error = Fixture.error { isName ? try Fixture.replacing("name: study", line) : try Fixture.adding(line) }
        #expect(
            error == .wrongType(file: Fixture.file, line: isName ? 1 : 10, key: key, expected: expected, found: found))
    }

    @Test(
        "types of the required keys are checked too",
        arguments: [
            ("context: 256", "context: big", "corpus.context", 5), ("path: text/corpus.jsonl", "path: [a]", "corpus.path", 3),
            ("context: 256", "context: 256\n  special_tokens: maybe", "corpus.special_tokens", 6),
            ("tokenizer: text/tokenizer", "tokenizer: t\n  mask: newline", "corpus.mask", 5),
            ("  - {id: a, path: models/a}", "  - models/a", "models[0]", 8), ("{id: b,", "{id: [b],", "models[1].id", 9),
        ])
    func wrongTypeOfRequired(old: String, new: String, key: String, line: Int) {
        let error = Fixture.error { try Fixture.replacing(old, new) }
        guard case .wrongType(_, line, key, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "values that cannot be used are refused with a reason and a remedy",
        arguments: [
            ("replicates: 1", "replicates"), ("replicates: 65", "replicates"), ("replicates: -4", "replicates"),
            ("replicates: 99999999999999999999", "replicates"), ("threshold: 1.5", "threshold"), ("threshold: -0.1", "threshold"),
            ("threshold: nan", "threshold"), ("chunk: 0", "chunk"), ("chunk: 100000000", "chunk"), ("calibration: 1", "calibration"),
            ("calibration: 1B", "calibration"), ("calibration: -5", "calibration"), ("threads: 0", "threads"),
            ("memory: 1k", "memory"), ("memory: 4", "memory"), ("shard: 0", "shard"), ("shard: automatic", "shard"),
            ("resolution: 1/12", "resolution"), ("resolution: 0", "resolution"), ("resolution: -1/16", "resolution"),
            ("resolution: 1/2048", "resolution"), ("resolution: 32", "resolution"), ("resolution: 1/0", "resolution"),
            ("kernels: haswel", "kernels"), ("pairs: every", "pairs"), ("matrices: float64", "matrices"), ("strata: domains", "strata"),
            ("precision: double", "precision"), ("features: all", "features"), ("features: {unigram_share: 0}", "features.unigram_share"),
            ("features: {models: every}", "features.models"), ("features: {models: 'b'}", "features.models"),
            ("rotations: {draws: 0}", "rotations.draws"), ("rotations: {kind: random}", "rotations.kind"),
            ("rotations: {kind: []}", "rotations.kind"), ("rotations: {kind: [gaussian, gaussian]}", "rotations.kind[1]"),
            ("rotations: {kind: [normal]}", "rotations.kind[0]"), ("rotations: {seed: -1}", "rotations.seed"),
            ("examples: {count: 1001}", "examples.count"), ("moments: {maxima: 1001}", "moments.maxima"),
            ("moments: {means: 1001}", "moments.means"),
        ])
    func invalidValue(line: String, key: String) {
        let error = Fixture.error { try Fixture.adding(line) }
        guard case .invalidValue(Fixture.file, 10, key, _, let reason, let remedy) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty && !remedy.isEmpty)
        #expect(error?.exitStatus == .configuration)
    }

    @Test(
        "budgets that are negative, zero or absurd are refused",
        arguments: [
            "-5", "-100k", "0", "0M", "1e9999", "99999999999999999999", "9999999T", "100.5", "1.2345k", "many", "k", "_", "1__", "∞", "٣",
        ])
    func budget(text: String) {
        let error = Fixture.error { try Fixture.replacing("100k", text) }
        guard case .invalidValue(_, 6, "tokens", text, _, let remedy) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(remedy.contains("100k"))
    }

    @Test(
        "ids that would make file or array names doubtful are refused",
        arguments: ["a-b", "../x", "a.b", "a b", "_a", "é", "features", "Mean", String(repeating: "x", count: 65)])
    func modelID(id: String) {
        let error = Fixture.error { try Fixture.replacing("{id: b,", "{id: \"\(id)\",") }
        guard case .invalidValue(_, 9, "models[1].id", id, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("two models with one id are refused, whatever the case", arguments: ["a", "A"])
    func equalIDs(id: String) {
        let error = Fixture.error { try Fixture.replacing("{id: b,", "{id: \(id),") }
        guard case .invalidValue(_, 9, "models[1].id", id, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("one model is too few")
    func oneModel() {
        let error = Fixture.error { try Fixture.replacing("  - {id: b, path: /models/b}", "") }
        guard case .invalidValue(_, _, "models", _, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.message.hasSuffix("'models' cannot be used: it names one model, two are needed to compare anything") == true)
    }

    @Test("a newline in the mask of an array without a tokenizer is named, or where the mask that nobody wrote has it")
    func newlineWithoutTokenizer() {
        func corpus(_ mask: String) -> PipelineError? {
            Fixture.error {
                try Fixture.parse("corpus: {path: a.npy\(mask)}\ntokens: all\nmodels: [{id: a, path: a}, {id: b, path: b}]\n")
            }
        }
        guard case .invalidValue(_, 1, "corpus.mask[1]", "newline", _, let remedy) = corpus(", mask: [7, newline]") else {
            Issue.record("\(String(describing: corpus(", mask: [7, newline]")))")
            return
        }
        #expect(remedy.contains("token id"))
        guard case .invalidValue(_, 1, "corpus", "", let reason, let remedy) = corpus("") else {
            Issue.record("\(String(describing: corpus("")))")
            return
        }
        #expect(reason.contains("[bos, newline]") && remedy.contains("corpus.mask"))
    }

    @Test(
        "text that is not YAML is refused with its line",
        arguments: [
            ("", 1), ("# only a comment\n", 1), ("name: x\ntokens: [1, 2\n", 3), ("name: x\n\tcorpus: y\n", 2), ("a: b\n---\nc: d\n", 2),
            ("name: *nobody\n", 1), ("name: \"open\n", 2),
        ])
    func syntax(text: String, line: Int) {
        let error = Fixture.error { try Fixture.parse(text) }
        guard case .configurationSyntax(Fixture.file, line, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.exitStatus == .configuration)
    }

    @Test("a file whose root is no mapping is refused", arguments: ["- a\n- b\n", "just text\n"])
    func root(text: String) {
        guard case .wrongType(Fixture.file, 1, "the configuration", _, _) = Fixture.error({ try Fixture.parse(text) }) else {
            Issue.record("no wrongType")
            return
        }
    }

    @Test("a missing file, a folder, invalid UTF-8 and a huge file each get their message")
    func unreadable() throws {
        let folder = FilePath(NSTemporaryDirectory()).appending("configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let missing = folder.appending("no.yaml")
        let error = Fixture.error { try Configuration.load(missing) }
        #expect(error == .configurationUnreadable(file: missing, errno: .noSuchFileOrDirectory))
        #expect(error?.exitStatus == .noInput)
        #expect(Fixture.error { try Configuration.load(folder) } == .configurationUnreadable(file: folder, errno: .isDirectory))
        let latin = folder.appending("latin.yaml")
        try Data("name: x\ncorpus: caf".utf8 + [0xE9, 0x0A]).write(to: URL(fileURLWithPath: latin.string))
        #expect(
            Fixture.error { try Configuration.load(latin) }
                == .configurationSyntax(file: latin, line: 2, problem: "the text is not UTF-8"))
        let huge = folder.appending("huge.yaml")
        try Data(repeating: UInt8(ascii: "#"), count: 2 << 20).write(to: URL(fileURLWithPath: huge.string))
        guard case .configurationTooLarge(huge, _, _) = Fixture.error({ try Configuration.load(huge) }) else {
            Issue.record("the huge file was read")
            return
        }
    }
}
