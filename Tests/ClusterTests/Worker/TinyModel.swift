import Foundation
import SystemPackage

/// A GPT-2 of two layers with random weights.
struct TinyModel {
    static let vocabulary = 64, positions = 16
    private static let width = 8, mlp = 12, layers = 2
    let seed: UInt64

    /// Writes the model as a Hugging Face folder.
    func write(to folder: FilePath) throws {
        let url = URL(fileURLWithPath: folder.string)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let configuration: [String: Any] = [
            "model_type": "gpt2", "vocab_size": Self.vocabulary, "n_positions": Self.positions, "n_embd": Self.width,
            "n_layer": Self.layers, "n_head": 2, "n_inner": Self.mlp, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
            "tie_word_embeddings": true,
        ]
        try JSONSerialization.data(withJSONObject: configuration).write(to: url.appendingPathComponent("config.json"))
        let (width, mlp) = (Self.width, Self.mlp)
        var tensors: [(String, [Int])] = [
            ("wte.weight", [Self.vocabulary, width]), ("wpe.weight", [Self.positions, width]), ("ln_f.weight", [width]),
            ("ln_f.bias", [width]),
        ]
        for layer in 0..<Self.layers {
            let h = "h.\(layer)."
            tensors += [
                (h + "ln_1.weight", [width]), (h + "ln_1.bias", [width]), (h + "attn.c_attn.weight", [width, 3 * width]),
                (h + "attn.c_attn.bias", [3 * width]), (h + "attn.c_proj.weight", [width, width]), (h + "attn.c_proj.bias", [width]),
                (h + "ln_2.weight", [width]), (h + "ln_2.bias", [width]), (h + "mlp.c_fc.weight", [width, mlp]),
                (h + "mlp.c_fc.bias", [mlp]), (h + "mlp.c_proj.weight", [mlp, width]), (h + "mlp.c_proj.bias", [width]),
            ]
        }
        var generator = SeededGenerator(seed: seed)
        var header: [String: Any] = [:]
        var data = Data()
        for (name, shape) in tensors {
            let start = data.count
            let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -0.5...0.5, using: &generator) }
            values.withUnsafeBytes { data.append(contentsOf: $0) }
            header[name] = ["dtype": "F32", "shape": shape, "data_offsets": [start, data.count]]
        }
        var file = try JSONSerialization.data(withJSONObject: header, options: .sortedKeys)
        while file.count % 8 != 0 { file.append(0x20) }
        file = withUnsafeBytes(of: UInt64(file.count).littleEndian) { Data($0) } + file + data
        try file.write(to: url.appendingPathComponent("model.safetensors"))
    }
}
