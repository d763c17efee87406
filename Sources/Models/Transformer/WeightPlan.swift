import CKernels
import Checkpoints
import Kernels

/// Which tensors are read, and where each will lie in one block of memory: their offsets in floats.
struct WeightPlan {
    /// The places of a norm's gain and offset.
    struct Norm {
        let gain, offset: Int
    }

    /// The places of a matrix and its bias.
    struct Affine {
        let matrix: Int
        let bias: Int
    }

    private struct Item {
        let tensor: ModelTensors.Required
        let offset: Int
        let conversion: Conversion
    }

    /// How a tensor's numbers are put into `[inputs, outputs]` with queries, keys and values side by side.
    private enum Conversion {
        case none
        /// From `[outputs, inputs]`.
        case transposed
        /// From `[heads, 3, head width, inputs]`, or `[heads, 3, head width]` for a bias.
        case heads
    }

    private let configuration: ModelConfiguration
    private let storesOutputsFirst: Bool
    private var items: [Item] = []
    private var floats = 0

    /// No tensors yet.
    init(_ configuration: ModelConfiguration) {
        self.configuration = configuration
        storesOutputsFirst = ModelTensors(configuration).storesOutputsFirst
    }

    /// The place of a tensor that is kept as it is.
    mutating func place(_ tensor: ModelTensors.Required) -> Int { place(tensor, .none) }

    /// The places of a norm.
    mutating func place(_ norm: ModelTensors.Norm) -> Norm { Norm(gain: place(norm.gain), offset: place(norm.offset)) }

    /// The places of a matrix and its bias.
    mutating func place(_ affine: ModelTensors.Affine) -> Affine { place(affine, storesOutputsFirst ? .transposed : .none, bias: .none) }

    /// The places of what gives queries, keys and values.
    mutating func placeHeads(_ affine: ModelTensors.Affine) -> Affine {
        let conversion = storesOutputsFirst ? Conversion.heads : .none
        return place(affine, conversion, bias: conversion)
    }

    private mutating func place(_ affine: ModelTensors.Affine, _ conversion: Conversion, bias: Conversion) -> Affine {
        let matrix = place(affine.matrix, conversion)
        // Memory is zero until something is read into it.
        return Affine(matrix: matrix, bias: affine.bias.map { place($0, bias) } ?? reserve(affine.outputs))
    }

    private mutating func place(_ tensor: ModelTensors.Required, _ conversion: Conversion) -> Int {
        let offset = reserve(tensor.shape.reduce(1, *))
        items.append(Item(tensor: tensor, offset: offset, conversion: conversion))
        return offset
    }

    private mutating func reserve(_ count: Int) -> Int {
        defer { floats += CacheLines.rounded(count) }
        return floats
    }

    /// Reads all tensors to their places.
    ///
    /// - Throws: a `CheckpointError` for a weight that is NaN or infinite.
    func read(from tensors: NamedTensors, team: ThreadTeam) throws -> FloatBuffer {
        let memory = FloatBuffer(count: floats)
        try team.forEach(items.count) { index, _ in
            let item = items[index]
            let (tensor, target) = (item.tensor, memory.pointer + item.offset)
            guard item.conversion != .none else { return try tensors.read(tensor.name, shape: tensor.shape, into: target) }
            let stored = FloatBuffer(count: tensor.shape.reduce(1, *))
            try tensors.read(tensor.name, shape: tensor.shape, into: stored.pointer)
            let outputs = tensor.shape[0]
            let inputs = tensor.shape.count == 1 ? 1 : tensor.shape[1]
            switch item.conversion {
            case .none, .transposed: un_transpose(stored.pointer, inputs, outputs, inputs, target, outputs)
            case .heads: separate(stored.pointer, inputs: inputs, into: target)
            }
        }
        return memory
    }

    /// Head h's queries, keys and values are neighbours in the file; here all queries are, then all keys, then all values.
    private func separate(_ stored: UnsafePointer<Float>, inputs: Int, into target: UnsafeMutablePointer<Float>) {
        let (heads, headWidth) = (configuration.heads, configuration.headWidth)
        let outputs = 3 * heads * headWidth
        for head in 0..<heads {
            for part in 0..<3 {
                un_transpose(
                    stored + (head * 3 + part) * headWidth * inputs, inputs, headWidth, inputs,
                    target + (part * heads + head) * headWidth, outputs)
            }
        }
    }
}
