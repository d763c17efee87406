import Storage

/// SHA-256 over what decides the tokens of a text, in a layout of its own: the same for `tokenizer.json` and the files it was made from.
enum TokenizerDigest {
    static func digest(of definition: TokenizerDefinition, matchesSpecialTokens: Bool) -> Digest {
        var builder = DigestBuilder()
        func update(_ text: String) { Array("\(text)\n".utf8).withUnsafeBytes { builder.update($0) } }
        update("byte-level BPE, GPT-2 pre-tokenisation, classes \(ScalarClassRanges.checksum)")
        if definition.composes { update("NFC \(CanonicalFormTables.checksum)") }
        update("special tokens \(matchesSpecialTokens), whole words \(definition.ignoresMerges)")
        for (id, spelling) in definition.spellings.enumerated() {
            if let spelling { update("\(id) \(spelling.utf8.count) \(spelling)") }
        }
        for merge in definition.merges { update("\(merge.left) \(merge.right) \(merge.token)") }
        // Counts and lengths first: a token's text may hold anything, also what looks like the next token.
        update("merges \(definition.merges.count), added tokens \(definition.addedTokens.count)")
        for token in definition.addedTokens {
            let text = String(decoding: token.content, as: UTF8.self)
            update("\(token.id) \(token.isSpecial) \(token.isNormalized) \(token.content.count) \(text)")
        }
        return builder.finalize()
    }
}
