import Foundation
import SmallRuns
import Testing

/// Something that is wrong with a tiny run, and what the program must say about it.
struct TinyFault: Sendable, CustomTestStringConvertible {
    let name: String
    let status: Int32
    /// What the message must name: the file and the position.
    let mentions: [String]
    /// What the remedy must say.
    let remedy: String
    let make: @Sendable (TinyRun) throws -> Void

    init(
        _ name: String, _ status: Int32, _ mentions: [String], remedy: String, _ make: @escaping @Sendable (TinyRun) throws -> Void
    ) {
        self.name = name
        self.status = status
        self.mentions = mentions
        self.remedy = remedy
        self.make = make
    }

    var testDescription: String { name }

    static let all = models + lies + corpora + configurations

    /// What is to be done about a file of weights that lies, about a model that did not learn, and about another damaged file.
    private static let damaged = "download or save the file again", failed = "take another checkpoint of the model"
    private static let again = "make the file again or fetch it again"

    static let models: [TinyFault] = [
        TinyFault(
            "missing safetensors", 66, ["b/model.safetensors", "does not exist"], remedy: "give the path of a Hugging Face model folder"
        ) {
            try FileManager.default.removeItem(atPath: $0.path("b/model.safetensors"))
        },
        TinyFault("truncated safetensors", 65, ["b/model.safetensors", "byte"], remedy: damaged) {
            try $0.truncate("b/model.safetensors", by: 100)
        },
        TinyFault("safetensors of five bytes", 65, ["b/model.safetensors", "has 5"], remedy: damaged) {
            try Data([1, 2, 3, 4, 5]).write(to: $0.folder.appendingPathComponent("b/model.safetensors"))
        },
        TinyFault("unknown data type", 65, ["b/model.safetensors", "F99"], remedy: damaged) {
            try $0.rewrite("b/model.safetensors", "\"F32\"", "\"F99\"")
        },
        TinyFault(
            "a tensor that is not there", 65, ["b: ", "lacks tensor h.1.ln_2.bias"],
            remedy: "check that config.json and the weights belong to the same model"
        ) {
            try $0.rewrite("b/model.safetensors", "h.1.ln_2.bias", "h.1.ln_2.bios")
        },
        TinyFault("a weight that is no number", 65, ["h.1.mlp.c_fc.weight", "nan at [3, 4]"], remedy: failed) {
            let model = TinyModel(seed: 2) { name, values in if name == "h.1.mlp.c_fc.weight" { values[3 * 24 + 4] = .nan } }
            try model.write(to: $0.folder.appendingPathComponent("b"))
        },
        TinyFault("a weight that is no number where no forward pass comes", 65, ["h.1.mlp.c_proj.weight", "nan at [5, 2]"], remedy: failed)
        {
            let model = TinyModel(seed: 2) { name, values in if name == "h.1.mlp.c_proj.weight" { values[5 * 16 + 2] = .nan } }
            try model.write(to: $0.folder.appendingPathComponent("b"))
        },
        TinyFault("an infinite weight", 65, ["wte.weight", "inf at [2, 1]"], remedy: failed) {
            let model = TinyModel(seed: 2) { name, values in if name == "wte.weight" { values[2 * 16 + 1] = .infinity } }
            try model.write(to: $0.folder.appendingPathComponent("b"))
        },
        TinyFault(
            "rows longer than the model's context", 78, ["model b", "context of 8", "have 16"], remedy: "set corpus.context to at most 8"
        ) {
            try TinyModel(positions: 8, seed: 2).write(to: $0.folder.appendingPathComponent("b"))
        },
    ]

    /// Headers of safetensors that do not tell the truth of one tensor, of 16 numbers in 64 bytes.
    static let lies: [TinyFault] = [
        lie("offsets that overlap", ["begins at byte", "tensor h.1.ln_2.weight ends at", "they overlap"]) { tensor in
            tensor["data_offsets"] = (tensor["data_offsets"] as? [Int])?.map { $0 - 8 }
        },
        lie("offsets beyond the file", ["ends at byte 4611686018427387968 of the data"]) { $0["data_offsets"] = [1 << 62, 1 << 62 + 64] },
        lie("a shape that overflows", ["[1099511627776, 1099511627776]", "more bytes than can be counted"]) {
            $0["shape"] = [1 << 40, 1 << 40]
        },
        lie("a shape of other bytes", ["needs 60 bytes by its shape, its offsets span 64"]) { $0["shape"] = [15] },
    ]

    private static func lie(
        _ name: String, _ mentions: [String], _ change: @escaping @Sendable (inout [String: Any]) -> Void
    ) -> TinyFault {
        TinyFault(name, 65, ["b/model.safetensors: tensor h.1.ln_2.bias"] + mentions, remedy: damaged) {
            try $0.rewriteHeader("b/model.safetensors", of: "h.1.ln_2.bias", change)
        }
    }

    static let corpora: [TinyFault] = [
        TinyFault(
            "a token id beyond the model's vocabulary", 65, ["tokens.npy, row 123, column 4: token id 61", "61 tokens of model a"],
            remedy: "use models that were trained with the corpus's tokenizer"
        ) {
            try $0.writeTokens(tokens(with: 61))
        },
        TinyFault("a negative token id", 65, ["tokens.npy, row 123, column 4: -2 is no"], remedy: "give token ids from 0 up") {
            try $0.writeTokens(tokens(with: -2))
        },
        TinyFault("an array of floats", 65, ["tokens.npy", "float32"], remedy: "save it as a two-dimensional array of int32") {
            try $0.rewrite("tokens.npy", "<i4", "<f4")
        },
        TinyFault("an array that ends early", 65, ["tokens.npy", "byte"], remedy: again) { try $0.truncate("tokens.npy", by: 24_000) },
        TinyFault("no rows", 65, ["tokens.npy", "holds no token"], remedy: "check how the array was made") { try $0.writeTokens([]) },
        TinyFault("broken JSON on line 3", 65, ["corpus.jsonl, line 3"], remedy: "repair or remove that line") {
            try text("\(line)\n\(line)\n{\"text\": \"broken\n", as: "corpus.jsonl", in: $0)
        },
        TinyFault("invalid zstd", 65, ["corpus.jsonl.zst", "byte"], remedy: again) {
            try text("no compressed text at all", as: "corpus.jsonl.zst", in: $0)
        },
        TinyFault("truncated zstd", 65, ["cut.jsonl.zst", "at byte 200000: the zstd data are cut off"], remedy: again) {
            try Data(contentsOf: URL(fileURLWithPath: "\(DemoRun.data)/corpus.jsonl.zst")).prefix(200_000)
                .write(to: $0.folder.appendingPathComponent("cut.jsonl.zst"))
            try use("cut.jsonl.zst", in: $0)
        },
        TinyFault(
            "only short documents", 65, ["corpus.jsonl", "more than 50 characters"],
            remedy: "lower the least number of characters of a document"
        ) {
            try text("{\"text\": \"short\"}\n", as: "corpus.jsonl", in: $0)
        },
    ]

    static let configurations: [TinyFault] = [
        TinyFault("everything masked", 78, ["tokens.npy", "leaves no token"], remedy: "leave something out of corpus.mask") {
            try $0.rewrite("run.yaml", "[3, 5]", "\((0..<61).map { $0 })")
        },
        TinyFault("a key at the wrong place", 78, ["run.yaml:8", "'seed'"], remedy: "write 'corpus.seed' if that was meant") {
            try $0.rewrite("run.yaml", "chunk:", "seed: 5\nchunk:")
        },
        TinyFault("a negative budget", 78, ["run.yaml:3", "'-5'"], remedy: "give a whole number of tokens") {
            try $0.rewrite("run.yaml", "tokens: all", "tokens: -5")
        },
        TinyFault("an absurd budget", 78, ["run.yaml:3", "'1e30'"], remedy: "give a whole number of tokens") {
            try $0.rewrite("run.yaml", "tokens: all", "tokens: 1e30")
        },
    ]

    private static let line = "{\"text\": \"A document that is long enough to be taken: more than fifty characters of text.\"}"

    /// The tokens of a whole run with one that differs, in row 123 and column 4.
    private static func tokens(with id: Int32) -> [Int32] {
        var tokens = (0..<Int32(TinyRun.rows * TinyRun.context)).map { $0 % 61 }
        tokens[123 * TinyRun.context + 4] = id
        return tokens
    }

    /// Makes a file of text the corpus.
    private static func text(_ text: String, as name: String, in run: TinyRun) throws {
        try Data(text.utf8).write(to: run.folder.appendingPathComponent(name))
        try use(name, in: run)
    }

    /// Makes a file of JSON lines the corpus.
    private static func use(_ name: String, in run: TinyRun) throws {
        try run.rewrite("run.yaml", "path: tokens.npy", "path: \(name), tokenizer: \(DemoRun.data)/tokenizer, context: 16")
    }
}
