import Corpus

extension Tokenizer {
    /// A token as tables and lists name it: its text, or where that is a part of a scalar only its bytes, such as ⟨E2 80⟩; nil for an id that a
    /// model may have beyond the tokenizer's, to make their number round.
    public func knownToken(_ id: Int) -> String? {
        guard (0..<vocabularySize).contains(id) else { return nil }
        let text = decodedToken(id)
        guard text.unicodeScalars.contains("\u{FFFD}") else { return text }
        let bytes = tokenBytes(id).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
        return "⟨\(bytes.joined(separator: " "))⟩"
    }
}
