/// At which tokens of a row each column of a layer fires: a bit for each token and column, 1 where the activation is above 0.
///
/// `[words, columns]`: word w has the tokens 64 w to 64 w + 63 of those that count, columns lie side by side.
struct FiringBits {
    private let columns: Int
    private let bits: Scratch<UInt64>
    /// How many words the row has.
    private(set) var words = 0

    /// Of so many columns, for rows of at most `context` tokens.
    init(columns: Int, context: Int) {
        self.columns = columns
        bits = Scratch(columns * Self.words(of: context), repeating: 0)
    }

    /// Takes the bits of a row.
    ///
    /// - Parameters:
    ///   - values: activations, `[context, columns]`, row-major.
    ///   - positions: those that count.
    mutating func take(_ values: UnsafePointer<Float>, at positions: [Int32]) {
        words = Self.words(of: positions.count)
        for word in 0..<words {
            let target = bits.pointer + word * columns
            target.update(repeating: 0, count: columns)
            for place in 64 * word..<min(positions.count, 64 * (word + 1)) {
                let (line, bit) = (values + Int(positions[place]) * columns, UInt64(1) << UInt64(place - 64 * word))
                for column in 0..<columns { target[column] |= line[column] > 0 ? bit : 0 }
            }
        }
    }

    /// At how many tokens a column fires, a column of another layer of the same row, and both at once.
    func counts(of column: Int, with other: FiringBits, _ otherColumn: Int) -> (first: Int, second: Int, both: Int) {
        var counts = (first: 0, second: 0, both: 0)
        for word in 0..<words {
            let (a, b) = (bits.pointer[word * columns + column], other.bits.pointer[word * other.columns + otherColumn])
            counts.first += a.nonzeroBitCount
            counts.second += b.nonzeroBitCount
            counts.both += (a & b).nonzeroBitCount
        }
        return counts
    }

    /// The words of so many tokens.
    static func words(of tokens: Int) -> Int { (tokens + 63) / 64 }
}
