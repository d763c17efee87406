/// Reads JSON (RFC 8259) in place, strictly, one value after another; it never builds more than it is asked for.
///
/// Strings come out as UTF-8 bytes. Lone surrogates become U+FFFD; bytes that are no UTF-8 are passed through for `TextRepair`.
struct JSONCursor {
    private let bytes: UnsafePointer<UInt8>
    private let count: Int
    private(set) var position = 0

    /// Nesting beyond this is refused, so that a hostile line cannot exhaust the stack.
    private static let depthLimit = 256

    /// An empty buffer may have no address; this is never read because `count` is 0.
    private nonisolated(unsafe) static let standIn = UnsafePointer<UInt8>(UnsafeMutablePointer<UInt8>.allocate(capacity: 1))

    init(_ text: UnsafeBufferPointer<UInt8>) {
        bytes = text.baseAddress ?? Self.standIn
        count = text.count
    }

    /// The next byte that is not white space; nil at the end.
    mutating func peek() -> UInt8? {
        while position < count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    mutating func expect(_ byte: UInt8, _ name: String) throws(JSONFault) {
        guard peek() == byte else { throw fault(name) }
        position += 1
    }

    func fault(_ expected: String) -> JSONFault { JSONFault(offset: position, expected: expected) }

    /// Throws unless nothing but white space is left.
    mutating func expectEnd() throws(JSONFault) {
        if peek() != nil { throw fault("the end of the value") }
    }

    /// Reads an object and calls `member` with each key, positioned before its value, which `member` must read.
    mutating func readObject(_ member: (inout JSONCursor, [UInt8]) throws(JSONFault) -> Void) throws(JSONFault) {
        try expect(UInt8(ascii: "{"), "an object")
        if peek() == UInt8(ascii: "}") {
            position += 1
            return
        }
        var key: [UInt8] = []
        while true {
            key.removeAll(keepingCapacity: true)
            if peek() != UInt8(ascii: "\"") { throw fault("a key in quotes") }
            try readString(into: &key)
            try expect(UInt8(ascii: ":"), "a colon")
            try member(&self, key)
            guard let next = peek() else { throw fault("a comma or the end of the object") }
            position += 1
            if next == UInt8(ascii: "}") { return }
            if next != UInt8(ascii: ",") {
                position -= 1
                throw fault("a comma or the end of the object")
            }
        }
    }

    /// Reads an array and calls `element` before each of its values, which `element` must read.
    mutating func readArray(_ element: (inout JSONCursor) throws(JSONFault) -> Void) throws(JSONFault) {
        try expect(UInt8(ascii: "["), "an array")
        if peek() == UInt8(ascii: "]") {
            position += 1
            return
        }
        while true {
            try element(&self)
            guard let next = peek() else { throw fault("a comma or the end of the array") }
            position += 1
            if next == UInt8(ascii: "]") { return }
            if next != UInt8(ascii: ",") {
                position -= 1
                throw fault("a comma or the end of the array")
            }
        }
    }

    /// Reads a string and appends its bytes.
    mutating func readString(into result: inout [UInt8]) throws(JSONFault) {
        try expect(UInt8(ascii: "\""), "a string")
        while true {
            let start = position
            while position < count, Self.isPlain(bytes[position]) { position += 1 }
            if position > start {
                result.append(contentsOf: UnsafeBufferPointer(start: bytes + start, count: position - start))
            }
            guard position < count else { throw fault("the end of the string") }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try readEscape(into: &result)
            default: throw fault("no bare control character in a string")
            }
        }
    }

    /// Neither a quote, a backslash nor a control character.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x22 && byte != 0x5C }

    private mutating func readEscape(into result: inout [UInt8]) throws(JSONFault) {
        guard position + 1 < count else { throw fault("an escape") }
        let kind = bytes[position + 1]
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(kind)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try readUnit()
            if (0xD800..<0xDC00).contains(scalar), position + 1 < count, bytes[position] == 0x5C, bytes[position + 1] == UInt8(ascii: "u") {
                let mark = position
                let low = try readUnit()
                if (0xDC00..<0xE000).contains(low) {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    position = mark
                }
            }
            result.append(contentsOf: (Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
            return
        default: throw fault("an escape")
        }
        position += 2
    }

    /// Four hexadecimal digits after `\u`.
    private mutating func readUnit() throws(JSONFault) -> UInt32 {
        guard position + 6 <= count else { throw fault("four hexadecimal digits") }
        var value: UInt32 = 0
        for i in (position + 2)..<(position + 6) {
            switch bytes[i] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(bytes[i] - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(bytes[i] - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(bytes[i] - UInt8(ascii: "A") + 10)
            default: throw fault("four hexadecimal digits")
            }
        }
        position += 6
        return value
    }

    /// Reads any value and forgets it.
    mutating func skipValue(depth: Int = 0) throws(JSONFault) {
        guard depth < Self.depthLimit else { throw fault("a value that is nested less than \(Self.depthLimit) deep") }
        switch peek() {
        case UInt8(ascii: "{"): try readObject { (cursor, _) throws(JSONFault) in try cursor.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["): try readArray { (cursor) throws(JSONFault) in try cursor.skipValue(depth: depth + 1) }
        case UInt8(ascii: "\""):
            var ignored: [UInt8] = []
            try readString(into: &ignored)
        case UInt8(ascii: "t"): try readWord("true")
        case UInt8(ascii: "f"): try readWord("false")
        case UInt8(ascii: "n"): try readWord("null")
        default: _ = try readNumber()
        }
    }

    mutating func readWord(_ word: StaticString) throws(JSONFault) {
        for i in 0..<word.utf8CodeUnitCount where position + i >= count || bytes[position + i] != word.utf8Start[i] {
            throw fault("a value")
        }
        position += word.utf8CodeUnitCount
    }

    /// The text of a number.
    mutating func readNumber() throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
        _ = peek()
        let start = position
        func digit() -> Bool { position < count && (0x30...0x39).contains(bytes[position]) }
        if position < count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        guard digit() else {
            position = start
            throw fault("a value")
        }
        if bytes[position] == 0x30 { position += 1 } else { while digit() { position += 1 } }
        if position < count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard digit() else { throw fault("a digit") }
            while digit() { position += 1 }
        }
        if position < count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
            guard digit() else { throw fault("a digit") }
            while digit() { position += 1 }
        }
        return UnsafeBufferPointer(start: bytes + start, count: position - start)
    }
}
