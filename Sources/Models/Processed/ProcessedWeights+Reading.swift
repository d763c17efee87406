import CKernels
import Checkpoints
import Kernels

/// Reading of tensors as matrices whose rows lie along the residual stream, however the architecture stores them.
extension ProcessedWeights {
    /// The tensors of a layer.
    ///
    /// - Throws: `ModelError.layerNotLoaded` for one that there is not.
    func block(_ layer: Int) throws -> ModelTensors.Block {
        guard (0..<configuration.layers).contains(layer) else {
            throw ModelError.layerNotLoaded(model: folder.path.lastComponent?.string ?? "", layer: layer, loaded: configuration.layers)
        }
        return layout.block(layer)
    }

    /// A tensor as it is stored.
    func read(_ tensor: ModelTensors.Required) throws -> FloatBuffer {
        let values = FloatBuffer(count: tensor.shape.reduce(1, *))
        try folder.tensors.read(tensor.name, shape: tensor.shape, into: values.pointer)
        return values
    }

    /// A bias, zeros where the model has none.
    func bias(_ affine: ModelTensors.Affine) throws -> FloatBuffer {
        try affine.bias.map { try read($0) } ?? FloatBuffer(count: affine.outputs)
    }

    /// A matrix that reads the residual stream, `[outputs, width]`.
    func reading(_ affine: ModelTensors.Affine, outputs: Int) throws -> FloatBuffer {
        let stored = try read(affine.matrix)
        return layout.storesOutputsFirst ? stored : transposed(stored, rows: configuration.width, columns: outputs)
    }

    /// A matrix that writes to it, `[inputs, width]`.
    func writing(_ affine: ModelTensors.Affine, inputs: Int) throws -> FloatBuffer {
        let stored = try read(affine.matrix)
        return layout.storesOutputsFirst ? transposed(stored, rows: configuration.width, columns: inputs) : stored
    }

    /// What gives queries, keys and values, `[3 · width, width]`: all queries, then all keys, then all values.
    func heads(_ affine: ModelTensors.Affine) throws -> FloatBuffer {
        let matrix = try reading(affine, outputs: affine.outputs)
        return layout.storesOutputsFirst ? separated(matrix, inputs: configuration.width) : matrix
    }

    /// Its bias, `[3 · width]`.
    func headBias(_ affine: ModelTensors.Affine) throws -> FloatBuffer {
        let stored = try bias(affine)
        return layout.storesOutputsFirst ? separated(stored, inputs: 1) : stored
    }

    private func transposed(_ stored: FloatBuffer, rows: Int, columns: Int) -> FloatBuffer {
        let matrix = FloatBuffer(count: rows * columns)
        un_transpose(stored.pointer, columns, rows, columns, matrix.pointer, rows)
        return matrix
    }

    /// From `[heads, 3, head width, inputs]`, where head h's queries, keys and values are neighbours.
    private func separated(_ stored: FloatBuffer, inputs: Int) -> FloatBuffer {
        let (heads, size) = (configuration.heads, configuration.headWidth * inputs)
        let matrix = FloatBuffer(count: 3 * heads * size)
        for head in 0..<heads {
            for part in 0..<3 {
                (matrix.pointer + (part * heads + head) * size).update(from: stored.pointer + (head * 3 + part) * size, count: size)
            }
        }
        return matrix
    }
}
