import Foundation

/// A random GPT-2 of a few thousand weights, written as Hugging Face folders have it.
struct TinyModel {
    var layers = 2
    var width = 16
    var heads = 2
    var mlp = 24
    var vocabulary = 61
    var positions = 16
    var seed: UInt64 = 1
    /// Changes a tensor before it is written.
    var change: (_ name: String, _ values: inout [Float]) -> Void = { _, _ in }

    /// Writes `config.json` and `model.safetensors`.
    func write(to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let configuration: [String: Any] = [
            "model_type": "gpt2", "vocab_size": vocabulary, "n_positions": positions, "n_embd": width, "n_layer": layers, "n_head": heads,
            "n_inner": mlp, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "tie_word_embeddings": true,
        ]
        try JSONSerialization.data(withJSONObject: configuration).write(to: folder.appendingPathComponent("config.json"))
        var header: [String: Any] = [:]
        var data = Data()
        for (name, shape, scale, base) in tensors {
            var generator = TinyGenerator(seed: seed, name: name)
            var values = (0..<shape.reduce(1, *)).map { _ in base + scale * generator.next() }
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

/// Numbers between -1 and 1 that depend on a seed and a name alone.
struct TinyGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, name: String = "") {
        state = seed &* 0x9E37_79B9_7F4A_7C15
        for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func next() -> Float { Float(next() as UInt64 >> 40) / Float(1 << 23) - 1 }
}
