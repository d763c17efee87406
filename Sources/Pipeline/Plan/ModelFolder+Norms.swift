import Checkpoints

extension ModelFolder {
    /// The Euclidean norm of each token's embedding, `[vocabulary]`.
    ///
    /// - Throws: `CheckpointError`.
    func embeddingNorms() throws -> [Float] {
        let (vocabularySize, width) = (configuration.vocabularySize, configuration.width)
        let tokens = ModelTensors(configuration).tokens
        let embedding = try tensors.float32(tokens.name, shape: tokens.shape)
        return (0..<vocabularySize).map { token in
            var sum = 0.0
            for index in token * width..<(token + 1) * width { sum += Double(embedding[index]) * Double(embedding[index]) }
            return Float(sum.squareRoot())
        }
    }
}
