import Checkpoints
import Glibc
import Kernels

/// The cosines and sines of a rotary embedding at the positions of a row: `[context, pairs]` each.
///
/// Frequencies and angles are rounded to float32 where transformers rounds them (at position 2,000 an exact angle would be another by
/// 10⁻⁴), their cosines and sines are exact to float32. All of it is plain arithmetic in a fixed order, so the bits are the same everywhere.
struct RotaryTable {
    /// The pairs of numbers that are turned in a head.
    let pairs: Int
    let cosines, sines: UnsafePointer<Float>

    /// The numbers in a table.
    static func floats(_ rotary: RotaryEmbedding, context: Int) -> Int { 2 * context * rotary.pairs }

    /// Fills a table.
    ///
    /// - Parameter memory: room for `floats(rotary, context:)`, which must outlive the table.
    init(_ rotary: RotaryEmbedding, context: Int, in memory: UnsafeMutablePointer<Float>) {
        pairs = rotary.pairs
        let second = memory + context * pairs
        for (pair, frequency) in Self.frequencies(rotary).enumerated() {
            for position in 0..<context {
                let turned = Self.cosineAndSine(of: Float(position) * frequency)
                memory[position * pairs + pair] = turned.cosine
                second[position * pairs + pair] = turned.sine
            }
        }
        cosines = UnsafePointer(memory)
        sines = UnsafePointer(second)
    }

    /// The angle of each pair at position 1.
    static func frequencies(_ rotary: RotaryEmbedding) -> [Float] {
        (0..<rotary.pairs).map { pair in
            let exponent = Float(2 * pair) / Float(rotary.dimensions)
            return 1 / Float(pow(Double(Float(rotary.base)), Double(exponent)))
        }
    }

    /// The cosine and sine of an angle, 0 or more: reduced to at most π/4 either way, then the series.
    static func cosineAndSine(of angle: Float) -> (cosine: Float, sine: Float) {
        let x = Double(angle)
        let quarters = (x * (2 / Double.pi)).rounded(.toNearestOrEven)
        // π/2 in three parts, of which the first two have 28 bits: their products with up to 25 bits of quarter turns are exact.
        let r = ((x - quarters * 0x1.921fb54p+0) - quarters * 0x1.10b4610p-30) - quarters * 0x1.a62633145c06ep-58
        let square = r * r
        // The last terms below 10⁻¹⁷ at π/4.
        var sine = 1.0
        var cosine = 1.0
        for order in stride(from: 18.0, through: 2, by: -2) {
            sine = 1 - sine * square / (order * (order + 1))
            cosine = 1 - cosine * square / (order * (order - 1))
        }
        sine *= r
        switch Int(quarters) & 3 {
        case 0: return (Float(cosine), Float(sine))
        case 1: return (Float(-sine), Float(cosine))
        case 2: return (Float(-cosine), Float(-sine))
        default: return (Float(sine), Float(-cosine))
        }
    }
}
