import Foundation
import SystemPackage

/// A random model of a few thousand weights, written as Hugging Face folders have it.
public struct TinyModel {
    /// The kind of model.
    public enum Architecture: Sendable {
        /// GPT-2.
        case gpt2
        /// GPT-NeoX, as Pythia is.
        case gptNeoX
    }

    /// Changes the values of a tensor.
    public typealias Change = (_ name: String, _ values: inout [Float]) -> Void

    private let architecture: Architecture
    private let layers, width, heads, mlp: Int
    private let vocabulary, positions: Int
    private let seed: UInt64
    private let change: Change

    /// - Parameter change: called with each tensor before it is written.
    public init(
        _ architecture: Architecture = .gpt2, layers: Int = 2, width: Int = 16, heads: Int = 2, mlp: Int = 24, vocabulary: Int = 61,
        positions: Int = 16, seed: UInt64 = 1,
        change: @escaping Change = { _, _ in }
    ) {
        self.architecture = architecture
        self.layers = layers
        self.width = width
        self.heads = heads
        self.mlp = mlp
        self.vocabulary = vocabulary
        self.positions = positions
        self.seed = seed
        self.change = change
    }

    /// Writes `config.json` and `model.safetensors`.
    public func write(to folder: FilePath) throws { try write(to: URL(fileURLWithPath: folder.string)) }

    /// Writes `config.json` and `model.safetensors`.
    public func write(to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try JSONSerialization.data(withJSONObject: configuration).write(to: folder.appendingPathComponent("config.json"))
        var header: [String: Any] = [:]
        var data = Data()
        for (name, shape, scale, base) in tensors {
            var generator = SeededGenerator(seed: seed, name: name)
            var values = (0..<shape.reduce(1, *)).map { _ in base + scale * Self.number(&generator) }
            change(name, &values)
            let start = data.count
            values.withUnsafeBytes { data.append(contentsOf: $0) }
            header[name] = ["dtype": "F32", "shape": shape, "data_offsets": [start, data.count]]
        }
        var text = try JSONSerialization.data(withJSONObject: header)
        while text.count % 8 != 0 { text.append(0x20) }
        var file = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
        file.append(text)
        file.append(data)
        try file.write(to: folder.appendingPathComponent("model.safetensors"))
    }

    private var configuration: [String: Any] {
        switch architecture {
        case .gpt2:
            [
                "model_type": "gpt2", "vocab_size": vocabulary, "n_positions": positions, "n_embd": width, "n_layer": layers,
                "n_head": heads, "n_inner": mlp, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
                "tie_word_embeddings": true,
            ]
        case .gptNeoX:
            [
                "model_type": "gpt_neox", "vocab_size": vocabulary, "max_position_embeddings": positions, "hidden_size": width,
                "num_hidden_layers": layers, "num_attention_heads": heads, "intermediate_size": mlp, "rotary_pct": 0.25,
                "rotary_emb_base": 10_000, "use_parallel_residual": true, "tie_word_embeddings": false,
            ]
        }
    }

    /// A number between -1 and 1.
    private static func number(_ generator: inout SeededGenerator) -> Float { Float(generator.next() >> 40) / Float(1 << 23) - 1 }

    /// Name, shape, spread and mean of every tensor.
    private var tensors: [(String, [Int], Float, Float)] {
        switch architecture {
        case .gpt2:
            [("wte.weight", [vocabulary, width], 0.5, 0), ("wpe.weight", [positions, width], 0.2, 0)]
                + (0..<layers).flatMap {
                    block("h.\($0).", ["ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj"], outputsFirst: false)
                } + norm("ln_f")
        case .gptNeoX:
            [("gpt_neox.embed_in.weight", [vocabulary, width], 0.5, 0), ("embed_out.weight", [vocabulary, width], 0.5, 0)]
                + (0..<layers).flatMap {
                    block(
                        "gpt_neox.layers.\($0).",
                        [
                            "input_layernorm", "attention.query_key_value", "attention.dense", "post_attention_layernorm",
                            "mlp.dense_h_to_4h", "mlp.dense_4h_to_h",
                        ], outputsFirst: true)
                } + norm("gpt_neox.final_layer_norm")
        }
    }

    /// The tensors of a block: norm, queries with keys and values, output, norm, up, down.
    private func block(_ prefix: String, _ names: [String], outputsFirst: Bool) -> [(String, [Int], Float, Float)] {
        func affine(_ name: String, _ inputs: Int, _ outputs: Int, _ spreads: (Float, Float)) -> [(String, [Int], Float, Float)] {
            let shape = outputsFirst ? [outputs, inputs] : [inputs, outputs]
            return [(prefix + name + ".weight", shape, spreads.0, 0), (prefix + name + ".bias", [outputs], spreads.1, 0)]
        }
        return norm(prefix + names[0]) + affine(names[1], width, 3 * width, (0.3, 0.1)) + affine(names[2], width, width, (0.3, 0.1))
            + norm(prefix + names[3]) + affine(names[4], width, mlp, (0.5, 0.3)) + affine(names[5], mlp, width, (0.3, 0.1))
    }

    private func norm(_ name: String) -> [(String, [Int], Float, Float)] {
        [(name + ".weight", [width], 0.1, 1), (name + ".bias", [width], 0.1, 0)]
    }
}
