/// Finds added tokens in a text: the leftmost, among those that begin at the same byte the longest.
///
/// A special token that is not to be matched still takes its place (nothing inside it is found): that is how `tokenizers` does it
/// with `encode_special_tokens`.
struct AddedTokenMatcher {
    struct Match {
        let start: Int
        let end: Int
        let id: Int32
    }

    /// Candidates by their first byte, longest first.
    private let candidates: [[AddedToken]]
    /// Whether some candidate begins with a byte and the one after it: 256 × first + second. Runs of blanks are added tokens in some
    /// tokenizers, and a text is full of single ones.
    private let beginnings: [Bool]
    private let matchesSpecialTokens: Bool

    /// Nil when no token could ever match.
    init?(_ tokens: [AddedToken], matchesSpecialTokens: Bool) {
        guard tokens.contains(where: { matchesSpecialTokens || !$0.isSpecial }) else { return nil }
        var byFirst = [[AddedToken]](repeating: [], count: 256)
        for token in tokens { byFirst[Int(token.content[0])].append(token) }
        candidates = byFirst.map { $0.sorted { $0.content.count > $1.content.count } }
        var beginnings = [Bool](repeating: false, count: 1 << 16)
        for token in tokens {
            let first = Int(token.content[0]) << 8
            let seconds = token.content.count > 1 ? Int(token.content[1])...Int(token.content[1]) : 0...255
            for second in seconds { beginnings[first + second] = true }
        }
        self.beginnings = beginnings
        self.matchesSpecialTokens = matchesSpecialTokens
    }

    /// The first match at or after byte `start`; nil when there is none.
    func next(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Match? {
        var position = start
        while position < text.count {
            // At the last byte any second one will do: only a token of one byte can match there.
            guard position + 1 == text.count || beginnings[Int(text[position]) << 8 + Int(text[position + 1])] else {
                position += 1
                continue
            }
            let found = candidates[Int(text[position])].first { token in
                position + token.content.count <= text.count
                    && token.content.withUnsafeBufferPointer { content in
                        content.indices.allSatisfy { text[position + $0] == content[$0] }
                    }
            }
            guard let token = found else {
                position += 1
                continue
            }
            let end = position + token.content.count
            if matchesSpecialTokens || !token.isSpecial { return Match(start: position, end: end, id: token.id) }
            position = end
        }
        return nil
    }
}
