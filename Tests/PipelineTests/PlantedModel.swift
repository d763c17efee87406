import Foundation
import SmallRuns
import SystemPackage

/// A GPT-2 whose residual stream is its embedding at every layer, so that a neuron's activation is a function of its own input weights:
/// attention and MLP outputs are zero.
struct PlantedModel {
    static let vocabulary = 200, positions = 32
    /// Numbers of a token's embedding; a model may have them several times over, which leaves the layer norm's statistics as they are.
    let meaning: Int
    let layers: Int, mlp: Int, copies: Int
    var width: Int { meaning * copies }
    /// Input weights of each layer's neurons, `[layers][mlp][width]`.
    var inputs: [[[Float]]]
    /// Biases, `[layers][mlp]`.
    var biases: [[Float]]
    private let embedding: [Float]

    /// A model of random neurons. Models with the same `embedding` see the same tokens alike.
    ///
    /// - Parameter hasTwoHalves: whether tokens of the vocabulary's first half have only the first half of an embedding of twice the size,
    ///   and the others only the second.
    init(seed: UInt64, embedding: UInt64, layers: Int = 2, mlp: Int = 20, copies: Int = 1, hasTwoHalves: Bool = false) {
        let meaning = hasTwoHalves ? 48 : 24
        (self.meaning, self.layers, self.mlp, self.copies) = (meaning, layers, mlp, copies)
        var tokens = SeededGenerator(seed: embedding)
        self.embedding = (0..<Self.vocabulary).flatMap { token in
            var numbers = (0..<meaning).map { _ in tokens.normal() }
            if hasTwoHalves {
                let absent = token < Self.vocabulary / 2 ? meaning / 2..<meaning : 0..<meaning / 2
                for place in absent { numbers[place] = 0 }
            }
            return (0..<copies).flatMap { _ in numbers }
        }
        var generator = SeededGenerator(seed: seed)
        let width = meaning * copies
        inputs = (0..<layers).map { _ in (0..<mlp).map { _ in (0..<width).map { _ in generator.normal() * 0.4 } } }
        biases = (0..<layers).map { _ in (0..<mlp).map { _ in generator.normal() * 0.2 } }
    }

    /// The index of a neuron in the model.
    func index(_ place: (Int, Int)) -> Int { place.0 * mlp + place.1 }

    /// Makes a neuron respond as a neuron of a model whose embedding is no wider.
    ///
    /// - Parameters:
    ///   - noise: the share of the weights' size that noise has.
    ///   - sign: −1 turns the neuron's input round.
    mutating func plant(
        _ layer: Int, _ neuron: Int, as other: PlantedModel, _ otherLayer: Int, _ otherNeuron: Int, noise: Float = 0, sign: Float = 1
    ) {
        var generator = SeededGenerator(seed: UInt64(layer * 1000 + neuron) &+ 17)
        let weights = other.inputs[otherLayer][otherNeuron].map { sign * $0 + noise * 0.4 * generator.normal() }
        inputs[layer][neuron] = weights + Array(repeating: 0, count: width - weights.count)
        biases[layer][neuron] = sign * other.biases[otherLayer][otherNeuron]
    }

    /// Makes a neuron respond as a neuron of another model does, to the tokens of one half of the vocabulary.
    mutating func plant(
        _ layer: Int, _ neuron: Int, as other: PlantedModel, _ otherLayer: Int, _ otherNeuron: Int, onSecondHalf isSecond: Bool
    ) {
        let half = isSecond ? meaning / 2..<meaning : 0..<meaning / 2
        inputs[layer][neuron].replaceSubrange(half, with: other.inputs[otherLayer][otherNeuron][half])
        biases[layer][neuron] = other.biases[otherLayer][otherNeuron]
    }

    /// Makes a neuron one that never fires: its activation is 0 at every token.
    mutating func silence(_ layer: Int, _ neuron: Int) {
        inputs[layer][neuron] = Array(repeating: 0, count: width)
        biases[layer][neuron] = -1_000
    }

    /// Writes the model as a Hugging Face folder.
    func write(to folder: FilePath) throws {
        let url = URL(fileURLWithPath: folder.string)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let configuration: [String: Any] = [
            "model_type": "gpt2", "vocab_size": Self.vocabulary, "n_positions": Self.positions, "n_embd": width,
            "n_layer": layers,
            "n_head": 2, "n_inner": mlp, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "tie_word_embeddings": true,
        ]
        try JSONSerialization.data(withJSONObject: configuration).write(to: url.appendingPathComponent("config.json"))
        func zeros(_ count: Int) -> [Float] { Array(repeating: 0, count: count) }
        func ones(_ count: Int) -> [Float] { Array(repeating: 1, count: count) }
        var tensors: [(String, [Int], [Float])] = [
            ("wte.weight", [Self.vocabulary, width], embedding), ("wpe.weight", [Self.positions, width], zeros(Self.positions * width)),
            ("ln_f.weight", [width], ones(width)), ("ln_f.bias", [width], zeros(width)),
        ]
        for layer in 0..<layers {
            let h = "h.\(layer)."
            // Stored as [width, mlp]: a neuron is a column.
            let up = (0..<width).flatMap { row in (0..<mlp).map { inputs[layer][$0][row] } }
            tensors += [
                (h + "ln_1.weight", [width], ones(width)), (h + "ln_1.bias", [width], zeros(width)),
                (h + "attn.c_attn.weight", [width, 3 * width], zeros(3 * width * width)),
                (h + "attn.c_attn.bias", [3 * width], zeros(3 * width)),
                (h + "attn.c_proj.weight", [width, width], zeros(width * width)), (h + "attn.c_proj.bias", [width], zeros(width)),
                (h + "ln_2.weight", [width], ones(width)), (h + "ln_2.bias", [width], zeros(width)),
                (h + "mlp.c_fc.weight", [width, mlp], up), (h + "mlp.c_fc.bias", [mlp], biases[layer]),
                (h + "mlp.c_proj.weight", [mlp, width], zeros(mlp * width)), (h + "mlp.c_proj.bias", [width], zeros(width)),
            ]
        }
        var header: [String: Any] = [:]
        var data = Data()
        for (name, shape, values) in tensors {
            let start = data.count
            values.withUnsafeBytes { data.append(contentsOf: $0) }
            header[name] = ["dtype": "F32", "shape": shape, "data_offsets": [start, data.count]]
        }
        var file = try JSONSerialization.data(withJSONObject: header)
        while file.count % 8 != 0 { file.append(0x20) }
        file = withUnsafeBytes(of: UInt64(file.count).littleEndian) { Data($0) } + file + data
        try file.write(to: url.appendingPathComponent("model.safetensors"))
    }
}

extension SeededGenerator {
    /// About normal: the sum of twelve uniform numbers less six.
    mutating func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + Float(next() >> 40) / Float(1 << 24) } }
}
