import SystemPackage

/// Reads the Python dictionary in a `.npy` header: texts, truth values and tuples of whole numbers, nothing else.
struct NumpyHeaderLiteral {
    /// What a header says; nil where it says nothing.
    struct Fields {
        var description: String?
        var isFortranOrder: Bool?
        var shape: [Int]?
    }

    private let bytes: UnsafeRawBufferPointer
    private let offset: Int
    private let path: FilePath
    private var position = 0

    /// - Parameter offset: Where the dictionary begins in its file, for messages.
    init(_ bytes: UnsafeRawBufferPointer, offset: Int, path: FilePath) {
        self.bytes = bytes
        self.offset = offset
        self.path = path
    }

    mutating func fields() throws -> Fields {
        var fields = Fields()
        try expect("{")
        while !accept("}") {
            let key = try text()
            try expect(":")
            switch key {
            case "descr" where fields.description == nil:
                guard next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") else {
                    throw StorageError.unsupported(path, what: "a structured type")
                }
                fields.description = try text()
            case "fortran_order" where fields.isFortranOrder == nil: fields.isFortranOrder = try truth()
            case "shape" where fields.shape == nil: fields.shape = try tuple()
            default: throw problem("unexpected key '\(key)'")
            }
            if !accept(",") {
                try expect("}")
                break
            }
        }
        return fields
    }

    /// The next byte that is not blank.
    private var next: UInt8? {
        mutating get {
            while position < bytes.count, bytes[position] == 0x20 || (0x09...0x0D).contains(bytes[position]) { position += 1 }
            return position < bytes.count ? bytes[position] : nil
        }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        guard accept(character) else { throw problem("'\(character)' expected") }
    }

    private mutating func text() throws -> String {
        guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { throw problem("a text expected") }
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        guard position < bytes.count else { throw problem("a text does not end") }
        defer { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func truth() throws -> Bool {
        _ = next
        for (word, value) in [("True", true), ("False", false)] where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw problem("True or False expected")
    }

    private mutating func tuple() throws -> [Int] {
        var numbers: [Int] = []
        try expect("(")
        while !accept(")") {
            guard numbers.count < 32 else { throw problem("more than 32 axes") }
            _ = next
            let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw problem("a whole number expected") }
            numbers.append(number)
            position += digits.count
            _ = accept("L")  // Python 2 wrote long integers so.
            if !accept(",") {
                try expect(")")
                break
            }
        }
        return numbers
    }

    private func problem(_ text: String) -> StorageError {
        .corrupt(path, offset: offset + position, problem: "\(text) in the header")
    }
}
