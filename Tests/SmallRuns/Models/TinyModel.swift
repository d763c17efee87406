import Foundation
import SystemPackage

/// A random GPT-2 of a few thousand weights, written as Hugging Face folders have it.
public struct TinyModel {
    /// Changes the values of a tensor.
    public typealias Change = (_ name: String, _ values: inout [Float]) -> Void

    private let layers, width, heads, mlp: Int
    private let vocabulary, positions: Int
    private let seed: UInt64
    private let change: Change

    /// - Parameter change: called with each tensor before it is written.
    public init(
        layers: Int = 2, width: Int = 16, heads: Int = 2, mlp: Int = 24, vocabulary: Int = 61, positions: Int = 16, seed: UInt64 = 1,
        change: @escaping Change = { _, _ in }
    ) {
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
        let configuration: [String: Any] = [
            "model_type": "gpt2", "vocab_size": vocabulary, "n_positions": positions, "n_embd": width, "n_layer": layers, "n_head": heads,
            "n_inner": mlp, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "tie_word_embeddings": true,
        ]
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

    /// A number between -1 and 1.
    private static func number(_ generator: inout SeededGenerator) -> Float { Float(generator.next() >> 40) / Float(1 << 23) - 1 }

    /// Name, shape, spread and mean of every tensor.
    private var tensors: [(String, [Int], Float, Float)] {
        var all: [(String, [Int], Float, Float)] = [
            ("wte.weight", [vocabulary, width], 0.5, 0), ("wpe.weight", [positions, width], 0.2, 0),
        ]
        for layer in 0..<layers {
            let h = "h.\(layer)."
            all += [
                (h + "ln_1.weight", [width], 0.1, 1), (h + "ln_1.bias", [width], 0.1, 0),
                (h + "attn.c_attn.weight", [width, 3 * width], 0.3, 0), (h + "attn.c_attn.bias", [3 * width], 0.1, 0),
                (h + "attn.c_proj.weight", [width, width], 0.3, 0), (h + "attn.c_proj.bias", [width], 0.1, 0),
                (h + "ln_2.weight", [width], 0.1, 1), (h + "ln_2.bias", [width], 0.1, 0),
                (h + "mlp.c_fc.weight", [width, mlp], 0.5, 0), (h + "mlp.c_fc.bias", [mlp], 0.3, 0),
                (h + "mlp.c_proj.weight", [mlp, width], 0.3, 0), (h + "mlp.c_proj.bias", [width], 0.1, 0),
            ]
        }
        return all + [("ln_f.weight", [width], 0.1, 1), ("ln_f.bias", [width], 0.1, 0)]
    }
}
