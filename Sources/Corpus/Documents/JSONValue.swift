/// A whole JSON value in memory, members in the order of the file: for small files whose structure is looked through.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    /// The number as written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Equatable {
        let key: String
        let value: JSONValue
    }

    init(parsing text: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
        var cursor = JSONCursor(text)
        self = try Self.read(&cursor, depth: 0)
        try cursor.expectEnd()
    }

    private static func read(_ cursor: inout JSONCursor, depth: Int) throws(JSONFault) -> JSONValue {
        guard depth < 64 else { throw cursor.fault("a value that is nested less than 64 deep") }
        switch cursor.peek() {
        case UInt8(ascii: "{"):
            var members: [Member] = []
            try cursor.readObject { (cursor, key) throws(JSONFault) in
                members.append(Member(key: String(decoding: key, as: UTF8.self), value: try read(&cursor, depth: depth + 1)))
            }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try cursor.readArray { (cursor) throws(JSONFault) in elements.append(try read(&cursor, depth: depth + 1)) }
            return .array(elements)
        case UInt8(ascii: "\""):
            var bytes: [UInt8] = []
            try cursor.readString(into: &bytes)
            return .string(String(decoding: bytes, as: UTF8.self))
        case UInt8(ascii: "t"):
            try cursor.readWord("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try cursor.readWord("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try cursor.readWord("null")
            return .null
        default: return .number(String(decoding: try cursor.readNumber(), as: UTF8.self))
        }
    }

    /// A member of an object, the last of that name; nil when there is none or it is `null`.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self, let member = members.last(where: { $0.key == key }) else { return nil }
        return member.value == .null ? nil : member.value
    }

    var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    var integer: Int? {
        if case .number(let text) = self { return Int(text) }
        return nil
    }

    var boolean: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    var elements: [JSONValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// Short enough for a message.
    var summary: String {
        switch self {
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .number(let text): return text
        case .string(let text): return "\"\(text.prefix(60))\""
        case .array(let elements): return "a list of \(elements.count)"
        case .object: return self["type"].map { "of type \($0.summary)" } ?? "an object"
        }
    }
}
