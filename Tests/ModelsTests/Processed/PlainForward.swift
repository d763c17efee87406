import Checkpoints
import Foundation
import Kernels

@testable import Models

/// A forward pass over processed weights as plain loops in float64, to the logits.
struct PlainForward {
    private let weights: ProcessedWeights
    private let configuration: ModelConfiguration
    private let embedding, unembedding, unembeddingBias: [Double]
    private let positions: [Double]?
    private let mlps: [ProcessedWeights.MLP]
    private let attentions: [ProcessedWeights.Attention]

    init(_ folder: ModelFolder) throws {
        weights = ProcessedWeights(folder)
        configuration = folder.configuration
        embedding = Self.list(try weights.embedding())
        positions = try weights.positions().map(Self.list)
        let (weights, layers) = (weights, 0..<folder.configuration.layers)
        let unembedding = try weights.unembedding()
        (self.unembedding, unembeddingBias) = (Self.list(unembedding.matrix), Self.list(unembedding.bias))
        mlps = try layers.map { try weights.mlp(ofLayer: $0) }
        attentions = try layers.map { try weights.attention(ofLayer: $0) }
    }

    private static func list(_ buffer: FloatBuffer) -> [Double] { buffer.values.map(Double.init) }

    /// The logits of a row, `[context][vocabulary]`.
    func logits(_ row: [Int32]) -> [[Double]] {
        let width = configuration.width
        var residual = row.enumerated().map { position, token in
            (0..<width).map { d in
                embedding[Int(token) * width + d] + (positions.map { $0[position * width + d] } ?? 0)
            }
        }
        for layer in 0..<configuration.layers {
            let attended = attend(residual.map(normalise), layer: layer)
            let middle = configuration.isParallel ? residual : sum(residual, attended)
            residual = sum(sum(residual, attended), middle.map { mlp(normalise($0), layer: layer) })
        }
        return residual.map { product(normalise($0), unembedding, bias: unembeddingBias) }
    }

    private func sum(_ x: [[Double]], _ y: [[Double]]) -> [[Double]] { zip(x, y).map { zip($0, $1).map { $0 + $1 } } }

    private func normalise(_ x: [Double]) -> [Double] {
        let mean = x.reduce(0, +) / Double(x.count)
        let centred = x.map { $0 - mean }
        switch weights.norm {
        case .centring: return centred
        case .standardising(let epsilon):
            let variance = centred.reduce(0) { $0 + $1 * $1 } / Double(x.count)
            return centred.map { $0 / (variance + Double(epsilon)).squareRoot() }
        }
    }

    /// A row of a result for each row of the matrix.
    private func product(_ x: [Double], _ matrix: [Double], bias: [Double]) -> [Double] {
        bias.indices.map { row in bias[row] + x.indices.reduce(0) { $0 + x[$1] * matrix[row * x.count + $1] } }
    }

    private func mlp(_ x: [Double], layer: Int) -> [Double] {
        let own = mlps[layer]
        let neurons = product(x, Self.list(own.input), bias: Self.list(own.inputBias)).map(activate)
        return written(neurons, Self.list(own.output), bias: Self.list(own.outputBias))
    }

    /// The sum of the rows of a matrix, each times its factor.
    private func written(_ factors: [Double], _ matrix: [Double], bias: [Double]) -> [Double] {
        bias.indices.map { d in bias[d] + factors.indices.reduce(0) { $0 + factors[$1] * matrix[$1 * bias.count + d] } }
    }

    private func activate(_ x: Double) -> Double {
        switch configuration.activation {
        case .geluTanh: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .geluErf: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
        case .relu: max(x, 0)
        }
    }

    private func attend(_ x: [[Double]], layer: Int) -> [[Double]] {
        let own = attentions[layer]
        let (width, size) = (configuration.width, configuration.headWidth)
        let (matrix, bias) = (Self.list(own.queryKeyValue), Self.list(own.queryKeyValueBias))
        let all = x.enumerated().map { position, values in turned(product(values, matrix, bias: bias), position: position) }
        var scale = configuration.scalesScores ? 1 / Double(size).squareRoot() : 1
        if configuration.scalesScoresByInverseLayer { scale /= Double(layer + 1) }
        let (output, outputBias) = (Self.list(own.output), Self.list(own.outputBias))
        return all.indices.map { query in
            var mixed = [Double](repeating: 0, count: width)
            for head in 0..<configuration.heads {
                let first = head * size
                let scores = (0...query).map { key in
                    scale * (0..<size).reduce(0) { $0 + all[query][first + $1] * all[key][width + first + $1] }
                }
                let largest = scores.max() ?? 0
                let exponentials = scores.map { exp($0 - largest) }
                let total = exponentials.reduce(0, +)
                for key in 0...query {
                    for d in 0..<size { mixed[first + d] += exponentials[key] / total * all[key][2 * width + first + d] }
                }
            }
            return written(mixed, output, bias: outputBias)
        }
    }

    /// Queries and keys turned by the angles of their position.
    private func turned(_ queryKeyValue: [Double], position: Int) -> [Double] {
        guard let rotary = configuration.rotary else { return queryKeyValue }
        var result = queryKeyValue
        for part in 0..<2 {
            for head in 0..<configuration.heads {
                let first = part * configuration.width + head * configuration.headWidth
                for pair in 0..<rotary.pairs {
                    let angle = Double(position) * pow(rotary.base, -2 * Double(pair) / Double(rotary.dimensions))
                    let (a, b) = (queryKeyValue[first + pair], queryKeyValue[first + pair + rotary.pairs])
                    result[first + pair] = a * cos(angle) - b * sin(angle)
                    result[first + pair + rotary.pairs] = b * cos(angle) + a * sin(angle)
                }
            }
        }
        return result
    }
}
