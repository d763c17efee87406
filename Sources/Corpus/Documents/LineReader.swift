/// Reads one line of JSON: its text and its domain, wherever its members lie.
struct LineReader {
    private let text: [[UInt8]]
    private let domain: [[UInt8]]
    private let textName: String
    /// Whether a whole number names a domain: not in The Pile's member, where texts alone do.
    private let takesNumbers: Bool

    init(_ fields: DocumentFields) {
        text = fields.text.map { Array($0.utf8) }
        domain = fields.domain.map { Array($0.utf8) }
        textName = fields.textName
        takesNumbers = fields.domain != DocumentFields.pile.domain
    }

    /// What was found in a line; as everywhere, the last of several members of one name counts.
    private struct Found {
        var hasText = false
        var domain: [UInt8] = []
    }

    /// Leaves the text in `target`.
    ///
    /// - Returns: the domain, empty where the line names none; nil for a blank line.
    func read(_ line: UnsafeBufferPointer<UInt8>, text target: inout [UInt8]) throws(JSONFault) -> [UInt8]? {
        var cursor = JSONCursor(line)
        guard cursor.peek() != nil else { return nil }
        var found = Found()
        try readMembers(&cursor, depth: 0, isTowardsText: !text.isEmpty, isTowardsDomain: !domain.isEmpty, &target, &found)
        try cursor.expectEnd()
        if !found.hasText { throw cursor.fault("a member \"\(textName)\" in the object") }
        return found.domain
    }

    /// Reads an object whose members may lie on the way to the text, to the domain, or to both.
    private func readMembers(
        _ cursor: inout JSONCursor, depth: Int, isTowardsText: Bool, isTowardsDomain: Bool, _ target: inout [UInt8], _ found: inout Found
    ) throws(JSONFault) {
        try cursor.readObject { (cursor, key) throws(JSONFault) in
            let isText = isTowardsText && key == text[depth]
            let isDomain = isTowardsDomain && key == domain[depth]
            if isText {
                target.removeAll(keepingCapacity: true)
                found.hasText = false
            }
            if isDomain { found.domain.removeAll() }
            if isText, depth + 1 == text.count {
                try cursor.readString(into: &target)
                found.hasText = true
            } else if isDomain, depth + 1 == domain.count {
                try readDomain(&cursor, &found.domain)
            } else if isText || isDomain, cursor.peek() == UInt8(ascii: "{") {
                try readMembers(&cursor, depth: depth + 1, isTowardsText: isText, isTowardsDomain: isDomain, &target, &found)
            } else {
                try cursor.skipValue()
            }
        }
    }

    private func readDomain(_ cursor: inout JSONCursor, _ domain: inout [UInt8]) throws(JSONFault) {
        let first = cursor.peek() ?? 0
        if first == UInt8(ascii: "\"") {
            try cursor.readString(into: &domain)
        } else if takesNumbers, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) {
            domain.append(contentsOf: try cursor.readNumber())
        } else {
            try cursor.skipValue()
        }
    }
}
