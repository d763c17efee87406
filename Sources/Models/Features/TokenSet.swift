/// A set of tokens of a vocabulary, a bit each.
struct TokenSet: Hashable, Sendable {
    private var words: [UInt64]

    init(vocabularySize: Int) {
        words = Array(repeating: 0, count: (vocabularySize + 63) / 64)
    }

    mutating func insert(_ token: Int) { words[token / 64] |= 1 << UInt64(token % 64) }

    /// The members in ascending order.
    var members: [Int] {
        var members: [Int] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                members.append(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return members
    }

    /// The sum of the members' weights.
    func weight(_ weights: [Int]) -> Int {
        members.reduce(0) { $0 + weights[$1] }
    }
}
