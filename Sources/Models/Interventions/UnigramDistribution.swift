import Foundation
import Kernels

/// How often tokens occur, as a distribution over a model's vocabulary; each token counts once more than it occurs, so that none has a
/// probability of 0.
public struct UnigramDistribution: Sendable {
    /// ln of each token's probability, `[vocabulary]`.
    let logarithms: FloatBuffer
    /// The logarithms less their mean, scaled to length 1: the direction of logits along which frequent tokens gain. `[vocabulary]`; zeros
    /// where all tokens are equally frequent.
    let direction: FloatBuffer

    /// The direction's number of a token.
    public func centredLogarithm(of token: Int) -> Double { Double(direction.pointer[token]) }

    /// The distribution that counts give.
    ///
    /// - Parameters:
    ///   - counts: of token ids from 0 on; those that are not there count 0.
    ///   - vocabulary: how many tokens the model has, at least as many as there are counts.
    public init(counts: [Int], vocabulary: Int) {
        precondition(counts.count <= vocabulary, "more counts than tokens")
        let total = Double(counts.reduce(vocabulary, +))
        let logs = (0..<vocabulary).map { log(Double(($0 < counts.count ? counts[$0] : 0) + 1) / total) }
        let mean = logs.reduce(0, +) / Double(max(1, vocabulary))
        let length = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
        (logarithms, direction) = (FloatBuffer(count: vocabulary), FloatBuffer(count: vocabulary))
        for token in 0..<vocabulary {
            logarithms.pointer[token] = Float(logs[token])
            direction.pointer[token] = length > 0 ? Float((logs[token] - mean) / length) : 0
        }
    }
}
