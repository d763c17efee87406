import Checkpoints
import Models

extension ModelFolder {
    /// The Euclidean norm of each token's embedding, `[vocabulary]`.
    ///
    /// - Throws: `CheckpointError`.
    func embeddingNorms() throws -> [Float] {
        let shape = Models.ModelShape(configuration)
        let embedding = try tensors.float32("wte.weight", shape: [shape.vocabularySize, shape.width])
        return (0..<shape.vocabularySize).map { token in
            var sum = 0.0
            for index in token * shape.width..<(token + 1) * shape.width { sum += Double(embedding[index]) * Double(embedding[index]) }
            return Float(sum.squareRoot())
        }
    }
}
