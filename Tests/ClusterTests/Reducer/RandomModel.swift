import Foundation
import SystemPackage

/// A GPT-2 of random weights, small enough for many tasks a second.
struct RandomModel {
    static let vocabulary = 50, positions = 16
    private static let layers = 2, width = 8, mlp = 12
    /// Decides the weights.
    let seed: UInt64

    /// Writes the model as a Hugging Face folder.
    func write(to folder: FilePath) throws {
        let (layers, width, mlp) = (Self.layers, Self.width, Self.mlp)
        let url = URL(fileURLWithPath: folder.string)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let configuration: [String: Any] = [
            "model_type": "gpt2", "vocab_size": Self.vocabulary, "n_positions": Self.positions, "n_embd": width, "n_layer": layers,
            "n_head": 2, "n_inner": mlp, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "tie_word_embeddings": true,
        ]
        try JSONSerialization.data(withJSONObject: configuration).write(to: url.appendingPathComponent("config.json"))
        var tensors: [(String, [Int])] = [("wte.weight", [Self.vocabulary, width]), ("wpe.weight", [Self.positions, width])]
        for layer in 0..<layers {
            tensors += [
                ("ln_1.weight", [width]), ("ln_1.bias", [width]), ("attn.c_attn.weight", [width, 3 * width]),
                ("attn.c_attn.bias", [3 * width]), ("attn.c_proj.weight", [width, width]), ("attn.c_proj.bias", [width]),
                ("ln_2.weight", [width]), ("ln_2.bias", [width]), ("mlp.c_fc.weight", [width, mlp]), ("mlp.c_fc.bias", [mlp]),
                ("mlp.c_proj.weight", [mlp, width]), ("mlp.c_proj.bias", [width]),
            ].map { ("h.\(layer).\($0)", $1) }
        }
        tensors += [("ln_f.weight", [width]), ("ln_f.bias", [width])]
        var generator = SeededGenerator(seed: seed)
        var header: [String: Any] = [:]
        var data = Data()
        for (name, shape) in tensors {
            let start = data.count
            let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) }
            values.withUnsafeBytes { data.append(contentsOf: $0) }
            header[name] = ["dtype": "F32", "shape": shape, "data_offsets": [start, data.count]]
        }
        var text = try JSONSerialization.data(withJSONObject: header)
        while text.count % 8 != 0 { text.append(0x20) }
        let file = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + data
        try file.write(to: url.appendingPathComponent("model.safetensors"))
    }
}
