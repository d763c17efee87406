/// Encodes texts with a tokenizer's tables and a memory of the words it has met: scratch of one thread, made by `Tokenizer.makeEncoder()`.
public final class TokenEncoder {
    private let tables: TokenizerTables
    private let merger: WordMerger
    private let cache = WordCache()
    private let scanner = PreTokenScanner()

    init(_ tables: TokenizerTables) {
        self.tables = tables
        merger = WordMerger(tables.merges)
    }

    /// Appends the token ids of a text.
    ///
    /// - Parameter text: valid UTF-8 (the caller replaces what is ill-formed; `Tokenizer.encode` does).
    public func encode(_ text: UnsafeBufferPointer<UInt8>, into result: inout TokenBuffer) {
        split(text, by: tables.plainMatcher, into: &result) { rest, result in
            guard let composed = tables.canonicalForms?.composed(rest) else { return encodeNormalized(rest, into: &result) }
            composed.withUnsafeBufferPointer { encodeNormalized($0, into: &result) }
        }
    }

    private func encodeNormalized(_ text: UnsafeBufferPointer<UInt8>, into result: inout TokenBuffer) {
        split(text, by: tables.normalizedMatcher, into: &result) { words, result in encodeWords(words, into: &result) }
    }

    /// Cuts a text at the added tokens that it holds and hands on what lies between.
    private func split(
        _ text: UnsafeBufferPointer<UInt8>, by matcher: AddedTokenMatcher?, into result: inout TokenBuffer,
        _ between: (UnsafeBufferPointer<UInt8>, inout TokenBuffer) -> Void
    ) {
        guard let matcher else { return between(text, &result) }
        var position = 0
        while let match = matcher.next(in: text, from: position) {
            if match.start > position { between(UnsafeBufferPointer(rebasing: text[position..<match.start]), &result) }
            result.append(match.id)
            position = match.end
        }
        if position < text.count { between(UnsafeBufferPointer(rebasing: text[position...]), &result) }
    }

    private func encodeWords(_ text: UnsafeBufferPointer<UInt8>, into result: inout TokenBuffer) {
        guard let base = text.baseAddress else { return }
        let count = text.count
        var position = 0
        while position < count {
            let end = scanner.end(in: base, from: position, count: count)
            let word = base + position
            let length = end - position
            if length <= WordCache.longLimit {
                let (place, found) = cache.find(word, count: length, readable: count - position, into: &result)
                if !found {
                    let tokens = tokens(of: word, count: length)
                    cache.keep(word, count: length, tokens: tokens, at: place)
                    result.append(tokens)
                }
            } else {
                result.append(tokens(of: word, count: length))
            }
            position = end
        }
    }

    @inline(never)
    private func tokens(of word: UnsafePointer<UInt8>, count: Int) -> UnsafeBufferPointer<Int32> {
        if let whole = tables.wholeWords, let id = whole[Array(UnsafeBufferPointer(start: word, count: count))] {
            return merger.single(id)
        }
        return merger.tokens(of: word, count: count, byteTokens: tables.byteTokens)
    }
}
