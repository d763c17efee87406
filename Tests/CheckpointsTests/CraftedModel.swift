import Checkpoints
import Foundation
import SmallRuns
import SystemPackage

extension TemporaryFolder {
    /// The model in this folder; its maps outlive the files.
    func model() throws -> ModelFolder {
        try withExtendedLifetime(self) { try ModelFolder(path) }
    }

    /// The tensors in this folder.
    func tensors() throws -> NamedTensors {
        try withExtendedLifetime(self) { try NamedTensors(folder: path) }
    }

    /// Writes a file of the folder and gives its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> FilePath { try write(name, bytes) }

    @discardableResult
    func write(_ text: String, to name: String) throws -> FilePath { try write(name, text) }
}

/// One tensor of a crafted safetensors file.
struct CraftedTensor {
    var name: String
    var type = "F32"
    var shape: [Int]
    var bytes: [UInt8]

    init(_ name: String, type: String = "F32", shape: [Int], bytes: [UInt8]) {
        self.name = name
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }

    /// A float32 tensor.
    init(_ name: String, shape: [Int], values: [Float]) {
        self.init(name, shape: shape, bytes: values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } })
    }
}

/// The bytes of safetensors files, right ones and wrong ones.
enum Crafted {
    /// A header's length, the header, and data.
    static func file(header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
        let text = Array(header.utf8)
        return withUnsafeBytes(of: (length ?? UInt64(text.count)).littleEndian) { Array($0) } + text + data
    }

    /// A right file of these tensors, one after the other.
    static func file(_ tensors: [CraftedTensor]) -> [UInt8] {
        var entries: [String] = []
        var data: [UInt8] = []
        for tensor in tensors {
            let range = "[\(data.count),\(data.count + tensor.bytes.count)]"
            entries.append("\"\(tensor.name)\":{\"dtype\":\"\(tensor.type)\",\"shape\":\(tensor.shape),\"data_offsets\":\(range)}")
            data += tensor.bytes
        }
        return file(header: "{\(entries.joined(separator: ","))}", data: data)
    }

    /// The tensors of the smallest model: 3 token ids, 2 positions, d_model 2, one head, one layer, d_mlp 3.
    static func tensors(prefix: String = "transformer.") -> [CraftedTensor] {
        let shapes: [(String, [Int])] = [
            ("wte.weight", [3, 2]), ("wpe.weight", [2, 2]), ("h.0.ln_1.weight", [2]), ("h.0.ln_1.bias", [2]),
            ("h.0.attn.c_attn.weight", [2, 6]), ("h.0.attn.c_attn.bias", [6]), ("h.0.attn.c_proj.weight", [2, 2]),
            ("h.0.attn.c_proj.bias", [2]), ("h.0.ln_2.weight", [2]), ("h.0.ln_2.bias", [2]), ("h.0.mlp.c_fc.weight", [2, 3]),
            ("h.0.mlp.c_fc.bias", [3]), ("h.0.mlp.c_proj.weight", [3, 2]), ("h.0.mlp.c_proj.bias", [2]), ("ln_f.weight", [2]),
            ("ln_f.bias", [2]),
        ]
        return shapes.enumerated().map { index, tensor in
            let count = tensor.1.reduce(1, *)
            return CraftedTensor(prefix + tensor.0, shape: tensor.1, values: (0..<count).map { Float(index) + Float($0) / 8 })
        }
    }

    /// The configuration that belongs to `tensors`, with members added.
    static func configuration(_ more: String = "") -> String {
        """
        {"model_type": "gpt2", "vocab_size": 3, "n_positions": 2, "n_embd": 2, "n_head": 1, "n_layer": 1, "n_inner": 3\(more)}
        """
    }

    /// A model's folder with one file of weights.
    static func model(_ tensors: [CraftedTensor] = tensors(), configuration: String = configuration()) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(configuration, to: "config.json")
        try folder.write(file(tensors), to: "model.safetensors")
        return folder
    }
}
