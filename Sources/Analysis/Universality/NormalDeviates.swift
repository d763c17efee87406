import Kernels

/// Standard normal deviates as a pure function of a key and two indices, with the same bits on every machine.
///
/// Only additions, multiplications, divisions and square roots of IEEE float64 are used (each has one correct result), no function of a
/// mathematical library. The algorithm, so that anyone can write it again:
/// - `mix(z)`: z ^= z >> 30; z *= 0xBF58476D1CE4E5B9; z ^= z >> 27; z *= 0x94D049BB133111EB; z ^= z >> 31 (all modulo 2⁶⁴).
/// - `absorb(h, v)` = mix(h ^ mix(v + γ)), γ = 0x9E3779B97F4A7C15. The key is absorb(… absorb(0, seed) …) of the seed, the 64-bit FNV-1a
///   hash of the model's name in UTF-8, the layer and the draw, in this order.
/// - Row r has a key of its own, absorb(key, r). Its deviates 2p and 2p + 1 come from the words w₀ = mix(rowKey + γ (p + 1)),
///   w₁ = mix(w₀ + γ), …: the upper and the lower 32 bits, read as signed integers k, give u and v = (2k + 1) / 2³². The first word with
///   s = u² + v² < 1 counts: the deviates are u f and v f with f = √(−2 ln s / s) (Marsaglia's polar method).
/// - ln s = e ln 2 + 2 t (1 + t²/3 + t⁴/5 + … + t²²/23) with s = m 2ᵉ, m in (√½, √2], t = (m − 1) / (m + 1).
struct NormalDeviates: Sendable {
    private let key: UInt64

    init(seed: UInt64, model: String, layer: Int, draw: Int) {
        var name: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in model.utf8 { name = (name ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var key = Self.absorb(0, seed)
        key = Self.absorb(key, name)
        key = Self.absorb(key, UInt64(layer))
        self.key = Self.absorb(key, UInt64(draw))
    }

    /// Writes the first deviates of a row.
    func fill(_ deviates: UnsafeMutableBufferPointer<Double>, row: Int) {
        let rowKey = Self.absorb(key, UInt64(row))
        var index = 0
        var pair: UInt64 = 1
        while index < deviates.count {
            var word = SplitMix64.mix(rowKey &+ SplitMix64.increment &* pair)
            var u = Self.signedUnit(word >> 32)
            var v = Self.signedUnit(word)
            var s = u * u + v * v
            while s >= 1 {
                word = SplitMix64.mix(word &+ SplitMix64.increment)
                u = Self.signedUnit(word >> 32)
                v = Self.signedUnit(word)
                s = u * u + v * v
            }
            let factor = (-2 * Self.logarithm(s) / s).squareRoot()
            deviates[index] = u * factor
            if index + 1 < deviates.count { deviates[index + 1] = v * factor }
            index += 2
            pair += 1
        }
    }

    private static func absorb(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        SplitMix64.mix(hash ^ SplitMix64.mix(value &+ SplitMix64.increment))
    }

    /// The odd multiple of 2⁻³² in (−1, 1) that the lower 32 bits stand for.
    private static func signedUnit(_ word: UInt64) -> Double {
        (2 * Double(Int32(truncatingIfNeeded: word)) + 1) * 0x1p-32
    }

    /// The natural logarithm of a positive normal number.
    static func logarithm(_ value: Double) -> Double {
        var exponent = Double(Int(value.bitPattern >> 52) - 1023)
        var m = Double(bitPattern: (value.bitPattern & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000)
        if m > 1.4142135623730951 {
            m *= 0.5
            exponent += 1
        }
        let t = (m - 1) / (m + 1)
        let square = t * t
        // Written out: a stride over floating-point numbers would call fma.
        var sum = square * (1.0 / 23) + 1.0 / 21
        sum = sum * square + 1.0 / 19
        sum = sum * square + 1.0 / 17
        sum = sum * square + 1.0 / 15
        sum = sum * square + 1.0 / 13
        sum = sum * square + 1.0 / 11
        sum = sum * square + 1.0 / 9
        sum = sum * square + 1.0 / 7
        sum = sum * square + 1.0 / 5
        sum = sum * square + 1.0 / 3
        sum = sum * square + 1
        return exponent * 0.6931471805599453 + 2 * t * sum
    }
}
