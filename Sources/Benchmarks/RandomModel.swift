import Foundation
import Kernels
import Storage
import SystemPackage

/// GPT-2 small, or a smaller one, with seeded random weights as a checkpoint that both sides read; unless something else is said with a
/// small vocabulary, which costs nothing in a forward pass without logits.
struct RandomModel {
    let layers: Int
    /// Of the residual stream; there are 4 times as many neurons a layer.
    var width = 768
    /// Decides the weights.
    var seed: UInt64 = 768
    /// Tokens that it knows.
    var vocabularySize = RandomModel.vocabulary
    static let headWidth = 64, positions = 1_024, vocabulary = 4_096

    /// Writes `config.json` and `model.safetensors`.
    func write(to folder: FilePath) throws {
        try writeConfiguration(to: folder)
        try writeTensors(to: folder.appending("model.safetensors"))
    }

    /// Writes `config.json` alone: the shapes.
    func writeConfiguration(to folder: FilePath) throws {
        let config: [String: Any] = [
            "model_type": "gpt2", "architectures": ["GPT2Model"], "vocab_size": vocabularySize, "n_positions": Self.positions,
            "n_embd": width, "n_layer": layers, "n_head": max(1, width / Self.headWidth), "activation_function": "gelu_new",
            "attn_pdrop": 0.0, "embd_pdrop": 0.0, "resid_pdrop": 0.0, "bos_token_id": 0, "eos_token_id": 0,
        ]
        try JSONSerialization.data(withJSONObject: config, options: [.sortedKeys])
            .write(to: URL(fileURLWithPath: folder.appending("config.json").string))
    }

    private var tensors: [(name: String, shape: [Int])] {
        let mlp = 4 * width
        var tensors: [(String, [Int])] = [("wte.weight", [vocabularySize, width]), ("wpe.weight", [Self.positions, width])]
        for layer in 0..<layers {
            tensors += [
                ("h.\(layer).ln_1.weight", [width]), ("h.\(layer).ln_1.bias", [width]),
                ("h.\(layer).attn.c_attn.weight", [width, 3 * width]), ("h.\(layer).attn.c_attn.bias", [3 * width]),
                ("h.\(layer).attn.c_proj.weight", [width, width]), ("h.\(layer).attn.c_proj.bias", [width]),
                ("h.\(layer).ln_2.weight", [width]), ("h.\(layer).ln_2.bias", [width]),
                ("h.\(layer).mlp.c_fc.weight", [width, mlp]), ("h.\(layer).mlp.c_fc.bias", [mlp]),
                ("h.\(layer).mlp.c_proj.weight", [mlp, width]), ("h.\(layer).mlp.c_proj.bias", [width]),
            ]
        }
        return tensors + [("ln_f.weight", [width]), ("ln_f.bias", [width])]
    }

    private func writeTensors(to path: FilePath) throws {
        var offset = 0
        var header: [String: Any] = ["__metadata__": ["format": "pt"]]
        for tensor in tensors {
            let bytes = tensor.shape.reduce(1, *) * MemoryLayout<Float>.size
            header[tensor.name] = ["dtype": "F32", "shape": tensor.shape, "data_offsets": [offset, offset + bytes]] as [String: Any]
            offset += bytes
        }
        var json = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        try DurableFile.replace(path) { writer in
            try withUnsafeBytes(of: UInt64(json.count).littleEndian) { try writer.write($0) }
            try json.withUnsafeBytes { try writer.write($0) }
            var numbers = SeededFloats(seed: seed)
            for tensor in tensors {
                // Gains near 1, everything else as GPT-2 is initialised: a deviation of 0.02.
                let isGain = tensor.name.hasSuffix(".weight") && tensor.shape.count == 1
                let values = (0..<tensor.shape.reduce(1, *)).map { _ in (isGain ? 1 : 0) + 0.02 * 1.7320508 * numbers.next() }
                try values.withUnsafeBytes { try writer.write($0) }
            }
        }
    }
}
