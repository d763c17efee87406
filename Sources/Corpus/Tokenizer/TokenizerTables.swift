/// What all threads read while encoding; never changed.
final class TokenizerTables: @unchecked Sendable {
    let merges: MergeTable
    /// The token of each byte; -1 for bytes that no UTF-8 text holds.
    let byteTokens: UnsafePointer<Int32>
    /// Added tokens looked for first, and those looked for in what is left.
    let plainMatcher: AddedTokenMatcher?
    let normalizedMatcher: AddedTokenMatcher?
    /// What composes texts (NFC); nil where they are taken as they are.
    let canonicalForms: CanonicalForms?
    /// Words that are tokens as a whole, where merges are ignored for them.
    let wholeWords: [[UInt8]: Int32]?

    init(_ definition: TokenizerDefinition, ids: [[UInt8]: Int32], matchesSpecialTokens: Bool, path: String) throws(CorpusError) {
        var byteIDs = [Int32](repeating: -1, count: 256)
        for byte in 0..<256 {
            let spelling = Unicode.Scalar(ByteAlphabet.scalars[byte]).map { Array(String($0).utf8) } ?? []
            if let id = ids[spelling] {
                byteIDs[byte] = id
            } else if ByteAlphabet.occursInText(UInt8(byte)) {
                let name = String(decoding: spelling, as: UTF8.self)
                throw .brokenTokenizer(path: path, field: "the vocabulary", reason: "has no token \"\(name)\" for byte \(byte)")
            }
        }
        let table = UnsafeMutablePointer<Int32>.allocate(capacity: 256)
        for byte in 0..<256 { table[byte] = byteIDs[byte] }
        byteTokens = UnsafePointer(table)
        merges = MergeTable(definition.merges)
        plainMatcher = AddedTokenMatcher(definition.addedTokens.filter { !$0.isNormalized }, matchesSpecialTokens: matchesSpecialTokens)
        let forms = definition.composes ? CanonicalForms.shared : nil
        canonicalForms = forms
        // They are looked for in composed text, so in their composed form.
        let normalized = definition.addedTokens.filter(\.isNormalized).map { token in
            let content = token.content.withUnsafeBufferPointer { forms?.composed($0) } ?? token.content
            return AddedToken(id: token.id, content: content, isSpecial: token.isSpecial, isNormalized: true)
        }
        normalizedMatcher = AddedTokenMatcher(normalized, matchesSpecialTokens: matchesSpecialTokens)
        if definition.ignoresMerges {
            var words: [[UInt8]: Int32] = [:]
            for (id, spelling) in definition.spellings.enumerated() {
                if let bytes = spelling.flatMap(ByteAlphabet.bytes(of:)) { words[bytes] = Int32(id) }
            }
            wholeWords = words
        } else {
            wholeWords = nil
        }
    }

    deinit { byteTokens.deallocate() }
}
