import Diagnostics

extension TokenizerDefinition {
    /// The first thing that decides the tokens of a text, or the text of a token, and is not the same in another tokenizer; nil for the
    /// same tokenizer.
    func difference(from other: TokenizerDefinition) -> TokenizerDifference? {
        let (tokens, otherTokens) = (texts, other.texts)
        for id in 0..<max(tokens.count, otherTokens.count) {
            let (first, second) = (tokens.element(id) ?? nil, otherTokens.element(id) ?? nil)
            guard first != second else { continue }
            return TokenizerDifference(place: "token \(id)", first: Self.shown(first), second: Self.shown(second))
        }
        // Whether an added token is looked for in the text before it is normalised matters only where it is.
        let (added, otherAdded) = (addedTokens.sorted { $0.id < $1.id }, other.addedTokens.sorted { $0.id < $1.id })
        for place in 0..<max(added.count, otherAdded.count) {
            let (first, second) = (added.element(place), otherAdded.element(place))
            if let first, let second, first.id == second.id, first.isSpecial == second.isSpecial,
                first.isNormalized == second.isNormalized || !(composes || other.composes)
            {
                continue
            }
            let id = min(first?.id ?? .max, second?.id ?? .max)
            return TokenizerDifference(
                place: "the added token \(id)", first: Self.shown(first, id: id), second: Self.shown(second, id: id))
        }
        for place in 0..<max(merges.count, other.merges.count) {
            let (first, second) = (merges.element(place), other.merges.element(place))
            guard first?.left != second?.left || first?.right != second?.right else { continue }
            return TokenizerDifference(place: "merge \(place + 1)", first: Self.shown(first, tokens), second: Self.shown(second, tokens))
        }
        if composes != other.composes {
            return TokenizerDifference(place: "the normaliser", first: composes ? "NFC" : "none", second: other.composes ? "NFC" : "none")
        }
        if ignoresMerges != other.ignoresMerges {
            return TokenizerDifference(place: "ignore_merges", first: "\(ignoresMerges)", second: "\(other.ignoresMerges)")
        }
        return nil
    }

    /// What each id stands for, in bytes; nil where an id is unused.
    private var texts: [[UInt8]?] {
        var result = spellings.map { $0.map { ByteAlphabet.bytes(of: $0) ?? Array($0.utf8) } }
        for token in addedTokens {
            while result.count <= Int(token.id) { result.append(nil) }
            result[Int(token.id)] = token.content
        }
        return result
    }

    private static func shown(_ text: [UInt8]?) -> String {
        text.map { "'\(String(decoding: $0, as: UTF8.self).printable(limit: 40))'" } ?? "unused"
    }

    private static func shown(_ token: AddedToken?, id: Int32) -> String {
        guard let token, token.id == id else { return "none" }
        return (token.isSpecial ? "special" : "not special") + (token.isNormalized ? ", normalised" : "")
    }

    private static func shown(_ merge: MergeTable.Merge?, _ texts: [[UInt8]?]) -> String {
        guard let merge else { return "none" }
        return shown(texts.element(Int(merge.left)) ?? nil) + " and " + shown(texts.element(Int(merge.right)) ?? nil)
    }
}

extension Array {
    /// The element at a place; nil behind the end.
    fileprivate func element(_ place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
