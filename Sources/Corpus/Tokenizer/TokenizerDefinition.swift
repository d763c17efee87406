/// What a tokenizer's files say, checked: everything that decides which tokens a text becomes.
struct TokenizerDefinition {
    /// Spelling (in the byte alphabet) of each token of the model's vocabulary, by id; nil where an id is unused.
    var spellings: [String?]
    var merges: [MergeTable.Merge]
    var addedTokens: [AddedToken]
    /// A word that is a token as a whole is taken as it is, whatever the merges would give.
    var ignoresMerges: Bool
    /// Texts are composed (NFC) before anything but added tokens is looked for.
    var composes = false

    /// Ids above are refused: they would make tables of absurd size, and no real vocabulary is near.
    static let idLimit = 1 << 24

    /// Checks a vocabulary, `spelling: id`, and gives the spellings by id.
    static func spellings(of vocabulary: JSONValue?, field: String, path: String) throws(CorpusError) -> [String?] {
        guard case .object(let members) = vocabulary, !members.isEmpty else {
            throw .brokenTokenizer(path: path, field: field, reason: "is missing or is no object of tokens and ids")
        }
        var result = [String?](repeating: nil, count: members.count)
        for member in members {
            guard let id = member.value.integer, (0..<idLimit).contains(id) else {
                throw .brokenTokenizer(
                    path: path, field: "\(field), \"\(member.key)\"", reason: "is \(member.value.summary), which is no token id")
            }
            while result.count <= id { result.append(nil) }
            if let other = result[id], !other.utf8.elementsEqual(member.key.utf8) {
                throw .brokenTokenizer(path: path, field: field, reason: "gives \"\(other)\" and \"\(member.key)\" the same id \(id)")
            }
            result[id] = member.key
        }
        while let last = result.last, last == nil { result.removeLast() }
        return result
    }

    /// Turns pairs of spellings into merges of ids.
    static func merges(
        _ pairs: [(left: Substring, right: Substring, place: String)], ids: [[UInt8]: Int32], path: String
    ) throws(CorpusError) -> [MergeTable.Merge] {
        var result: [MergeTable.Merge] = []
        result.reserveCapacity(pairs.count)
        for pair in pairs {
            func id(_ spelling: [UInt8]) throws(CorpusError) -> Int32 {
                guard let id = ids[spelling] else {
                    throw .brokenTokenizer(
                        path: path, field: pair.place,
                        reason: "needs the token \"\(String(decoding: spelling, as: UTF8.self))\", which is missing")
                }
                return id
            }
            let left = Array(pair.left.utf8)
            let right = Array(pair.right.utf8)
            result.append(MergeTable.Merge(left: try id(left), right: try id(right), token: try id(left + right)))
        }
        return result
    }

    /// Ids by spelling, as UTF-8 so that canonically equal spellings stay apart.
    static func ids(of spellings: [String?]) -> [[UInt8]: Int32] {
        var result: [[UInt8]: Int32] = [:]
        result.reserveCapacity(spellings.count)
        for (id, spelling) in spellings.enumerated() {
            if let spelling { result[Array(spelling.utf8)] = Int32(id) }
        }
        return result
    }
}
