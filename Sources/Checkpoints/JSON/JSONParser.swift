/// A strict parser of JSON text that nobody vouches for.
///
/// Strict means: UTF-8 only, no duplicate member names, no trailing text, no lone surrogates, nothing but RFC 8259. What a lenient parser
/// would silently resolve (the last of two equal names wins) could make two programs see two different models in one file.
struct JSONParser {
    /// Nesting that no checkpoint file needs (they nest four deep); a bound keeps hostile text from exhausting the stack.
    static let deepest = 64

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// What is wrong with a text, and at which byte.
    struct Fault: Error, Equatable {
        let offset: Int
        let reason: String
    }

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Parses a whole text.
    ///
    /// - Throws: a `Fault` with the byte at which the text stops being JSON.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> JSONValue {
        var parser = JSONParser(bytes)
        parser.skipWhiteSpace()
        let value = try parser.value(depth: 0)
        parser.skipWhiteSpace()
        guard parser.position == bytes.count else { throw parser.fault("text follows the JSON value") }
        return value
    }

    private func fault(_ reason: String) -> Fault { Fault(offset: position, reason: reason) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipWhiteSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func value(depth: Int) throws(Fault) -> JSONValue {
        guard depth < Self.deepest else { throw fault("values are nested more than \(Self.deepest) deep") }
        guard let byte = next else { throw fault("the text ends where a value is expected") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw fault("no JSON value starts with byte \(byte)")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Fault) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            guard next == text.utf8Start[index] else { throw fault("\(text) is expected") }
            position += 1
        }
        return value
    }

    private mutating func object(depth: Int) throws(Fault) -> JSONValue {
        position += 1
        var members: [JSONMember] = []
        var names: Set<String> = []
        skipWhiteSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipWhiteSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a member name is expected") }
            let start = position
            let name = try string()
            guard names.insert(name).inserted else { throw Fault(offset: start, reason: "the name \"\(name)\" occurs twice") }
            skipWhiteSpace()
            guard next == UInt8(ascii: ":") else { throw fault("a colon is expected") }
            position += 1
            skipWhiteSpace()
            members.append(JSONMember(name: name, value: try value(depth: depth + 1)))
            skipWhiteSpace()
            switch next {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return .object(members)
            default: throw fault("a comma or a closing brace is expected")
            }
        }
    }

    private mutating func array(depth: Int) throws(Fault) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        skipWhiteSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            skipWhiteSpace()
            values.append(try value(depth: depth + 1))
            skipWhiteSpace()
            switch next {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return .array(values)
            default: throw fault("a comma or a closing bracket is expected")
            }
        }
    }

    private mutating func digits() throws(Fault) {
        guard let first = next, isDigit(first) else { throw fault("a digit is expected") }
        while let byte = next, isDigit(byte) { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private mutating func number() throws(Fault) -> String {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func string() throws(Fault) -> String {
        let start = position
        position += 1
        var units: [UInt8] = []
        while true {
            guard let byte = next else { throw Fault(offset: start, reason: "the text ends within a string") }
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let text = String(validating: units, as: UTF8.self) else {
                    throw Fault(offset: start, reason: "the string is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escape(into: &units)
            case 0..<0x20: throw fault("a control character stands unescaped in a string")
            default:
                units.append(byte)
                position += 1
            }
        }
    }

    private mutating func escape(into units: inout [UInt8]) throws(Fault) {
        position += 1
        guard let byte = next else { throw fault("the text ends within an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), next == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw fault("a surrogate stands alone") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fault("a surrogate stands alone") }
            units.append(contentsOf: Array(String(scalar).utf8))
        default: throw fault("no escape starts with byte \(byte)")
        }
    }

    private mutating func hexadecimal() throws(Fault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("four hexadecimal digits are expected")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
