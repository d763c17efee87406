/// Text as the tokenizer needs it: valid UTF-8, with its number of Unicode scalars.
enum TextRepair {
    /// Replaces every ill-formed part of `bytes[start...]` by U+FFFD (one for each maximal subpart, as Python's `errors="replace"`)
    /// and returns the number of Unicode scalars there.
    static func repair(_ bytes: inout [UInt8], from start: Int = 0) -> Int {
        let scalars = bytes.withUnsafeBufferPointer { buffer in scalarCount(UnsafeBufferPointer(rebasing: buffer[start...])) }
        if let scalars { return scalars }
        let repaired = String(decoding: bytes[start...], as: UTF8.self)
        bytes.removeSubrange(start...)
        bytes.append(contentsOf: repaired.utf8)
        return repaired.unicodeScalars.count
    }

    /// The number of Unicode scalars; nil when the bytes are not valid UTF-8.
    static func scalarCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = bytes.baseAddress else { return 0 }
        let count = bytes.count
        var position = 0
        var scalars = 0
        while position < count {
            if position + 8 <= count {
                let word = UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)
                if word & 0x8080_8080_8080_8080 == 0 {
                    position += 8
                    scalars += 8
                    continue
                }
            }
            let lead = base[position]
            if lead < 0x80 {
                position += 1
            } else {
                // The second byte's range rules out overlong forms, surrogates and values above U+10FFFF.
                let length: Int
                let second: ClosedRange<UInt8>
                switch lead {
                case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
                case 0xE0: (length, second) = (3, 0xA0...0xBF)
                case 0xED: (length, second) = (3, 0x80...0x9F)
                case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
                case 0xF0: (length, second) = (4, 0x90...0xBF)
                case 0xF4: (length, second) = (4, 0x80...0x8F)
                case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
                default: return nil
                }
                guard position + length <= count, second.contains(base[position + 1]) else { return nil }
                if length > 2, base[position + 2] & 0xC0 != 0x80 { return nil }
                if length > 3, base[position + 3] & 0xC0 != 0x80 { return nil }
                position += length
            }
            scalars += 1
        }
        return scalars
    }
}
