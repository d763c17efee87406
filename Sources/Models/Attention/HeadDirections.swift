import Kernels

/// For each head the direction of the residual stream that turns its queries towards the key of the first token: what is written along it
/// makes the head attend to that token, which does nothing, and what is written against it makes the head attend elsewhere.
///
/// W_Q[L, h] · k_BOS[L, h] / √(head width), with processed weights, without the query's bias and without the division by layer + 1 of some
/// models. The score of a neuron is its product with w_out of length 1 (SPEC 8). For rotary models queries are taken as at position 0: they
/// are turned by how far a token is from the first one, so that the score is exact only for pairs of numbers that are not turned.
public struct HeadDirections: Sendable {
    /// A row for each head, layer after layer: `[layers · heads, d_model]`.
    public let values: FloatBuffer
    /// The length of each row, `[layers · heads]`.
    public let norms: [Double]
    /// How many layers there are, heads in each, and d_model.
    public let layers, heads, width: Int

    /// Computes the directions.
    ///
    /// - Parameter check: asked before each layer; what it throws ends the work.
    /// - Throws: a `CheckpointError`.
    public init(_ weights: ProcessedWeights, keys: BeginningKeys, check: () throws -> Void = {}) throws {
        let configuration = weights.configuration
        let (width, headWidth) = (configuration.width, configuration.headWidth)
        (layers, heads, self.width) = (configuration.layers, configuration.heads, width)
        values = FloatBuffer(count: configuration.layers * configuration.heads * width)
        let scale = configuration.scalesScores ? 1 / Double(headWidth).squareRoot() : 1
        var norms: [Double] = []
        for layer in 0..<configuration.layers {
            try check()
            let queries = try weights.attention(ofLayer: layer).queryKeyValue
            for head in 0..<configuration.heads {
                var sums = [Double](repeating: 0, count: width)
                for (index, key) in keys.key(ofLayer: layer, head: head).enumerated() {
                    let row = queries.pointer + (head * headWidth + index) * width
                    for d in 0..<width { sums[d] += Double(key) * Double(row[d]) }
                }
                let target = values.pointer + (layer * configuration.heads + head) * width
                var squares = 0.0
                for d in 0..<width {
                    target[d] = Float(sums[d] * scale)
                    squares += sums[d] * scale * (sums[d] * scale)
                }
                norms.append(squares.squareRoot())
            }
        }
        self.norms = norms
    }
}
