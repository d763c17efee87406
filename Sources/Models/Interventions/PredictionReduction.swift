import CKernels
import Foundation

/// From the logits of one position to the few numbers that are kept of them.
///
/// Logits are float32, exponentials within 1 ulp of it, sums over the vocabulary float64 in eight lanes: always in the same order.
struct PredictionReduction {
    let vocabulary: Int
    /// What each logit has besides, `[vocabulary]`.
    let bias: UnsafePointer<Float>
    /// What KL divergences are from, and whose direction can be frozen; nil: neither is asked for.
    let unigram: UnigramDistribution?
    /// Scratch, `[vocabulary]`; logits stay until they are filled again.
    let logits, differences, exponentials: UnsafeMutablePointer<Float>

    private typealias Floats = SIMD8<Float>
    private typealias Doubles = SIMD8<Double>

    /// logits = (products + shift · direction) · inverse + bias.
    ///
    /// - Parameters:
    ///   - products: the residual stream, centred and with the norm's gain, through the unembedding.
    ///   - direction: the same of what is added `shift` times.
    ///   - inverse: 1 / the norm's scale.
    func fill(_ products: UnsafePointer<Float>, plus shift: Float = 0, times direction: UnsafePointer<Float>? = nil, inverse: Float) {
        let (logits, bias) = (logits, bias)
        if let direction {
            for token in 0..<vocabulary { logits[token] = (products[token] + shift * direction[token]) * inverse + bias[token] }
        } else {
            for token in 0..<vocabulary { logits[token] = products[token] * inverse + bias[token] }
        }
    }

    /// The logits' component along the direction of token frequencies; 0 where these are not given.
    func component() -> Double {
        guard let direction = unigram?.direction.pointer else { return 0 }
        var lanes = Doubles.zero
        let whole = vocabulary & ~7
        for token in stride(from: 0, to: whole, by: 8) {
            lanes += Doubles(Self.load(logits + token)) * Doubles(Self.load(direction + token))
        }
        var sum = lanes.sum()
        for token in whole..<vocabulary { sum += Double(logits[token]) * Double(direction[token]) }
        return sum
    }

    /// Moves the logits along the direction of token frequencies.
    func move(by distance: Double) {
        guard let direction = unigram?.direction.pointer else { return }
        let (logits, distance) = (logits, Float(distance))
        for token in 0..<vocabulary { logits[token] += distance * direction[token] }
    }

    /// What the logits say of the token that follows.
    ///
    /// - Parameters:
    ///   - target: the token.
    ///   - scale: the final norm's.
    func measures(of target: Int, scale: Double) -> PredictionMeasures {
        let largest = largestLogit()
        let (logits, differences, exponentials) = (logits, differences, exponentials)
        let own = logits[target]
        var rank: Int32 = 0
        for token in 0..<vocabulary {
            differences[token] = logits[token] - largest
            rank &+= logits[token] > own ? 1 : 0
        }
        un_exp(differences, exponentials, vocabulary)
        var (total, weighted, frequent) = (Doubles.zero, Doubles.zero, Doubles.zero)
        let logarithms = unigram?.logarithms.pointer
        let whole = vocabulary & ~7
        for token in stride(from: 0, to: whole, by: 8) {
            let weight = Doubles(Self.load(exponentials + token))
            total += weight
            weighted += weight * Doubles(Self.load(differences + token))
            if let logarithms { frequent += weight * Doubles(Self.load(logarithms + token)) }
        }
        var (z, d, f) = (total.sum(), weighted.sum(), frequent.sum())
        for token in whole..<vocabulary {
            let weight = Double(exponentials[token])
            z += weight
            d += weight * Double(differences[token])
            if let logarithms { f += weight * Double(logarithms[token]) }
        }
        let logarithm = log(z)
        // −Σ p ln p with ln p = difference − ln z.
        let entropy = logarithm - d / z
        return PredictionMeasures(
            loss: logarithm - Double(differences[target]), entropy: entropy, rank: Int(rank), scale: scale,
            divergence: logarithms == nil ? .nan : -entropy - f / z)
    }

    /// KL(p ‖ q) of the distribution p that this one was asked for the measures of, from the distribution q of another: 0 for the same
    /// logits.
    func divergence(from other: PredictionReduction) -> Double {
        let (own, weights) = (differences, exponentials)
        let (others, otherWeights) = (other.differences, other.exponentials)
        var (total, otherTotal, weighted) = (Doubles.zero, Doubles.zero, Doubles.zero)
        let whole = vocabulary & ~7
        for token in stride(from: 0, to: whole, by: 8) {
            let weight = Doubles(Self.load(weights + token))
            total += weight
            otherTotal += Doubles(Self.load(otherWeights + token))
            weighted += weight * (Doubles(Self.load(own + token)) - Doubles(Self.load(others + token)))
        }
        var (z, otherZ, d) = (total.sum(), otherTotal.sum(), weighted.sum())
        for token in whole..<vocabulary {
            let weight = Double(weights[token])
            z += weight
            otherZ += Double(otherWeights[token])
            d += weight * (Double(own[token]) - Double(others[token]))
        }
        return d / z - log(z) + log(otherZ)
    }

    private func largestLogit() -> Float {
        var lanes = Floats(repeating: -.infinity)
        let whole = vocabulary & ~7
        for token in stride(from: 0, to: whole, by: 8) {
            let next = Self.load(logits + token)
            lanes.replace(with: next, where: next .> lanes)
        }
        var largest = lanes.max()
        for token in whole..<vocabulary where logits[token] > largest { largest = logits[token] }
        return largest
    }

    @inline(__always)
    private static func load(_ pointer: UnsafePointer<Float>) -> Floats { UnsafeRawPointer(pointer).loadUnaligned(as: Floats.self) }
}
