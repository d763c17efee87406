/// Cuts text into the pieces that byte-level BPE works on, as GPT-2's regular expression does:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
///
/// Hand-written over UTF-8 with one look at each scalar. The alternatives in order: a contraction (lower case only) wherever a piece begins
/// with an apostrophe; a run of one class with at most one blank (U+0020) before it; white space, of which the last scalar is left
/// to the next piece unless it is the only one or the text ends there.
struct PreTokenScanner {
    private let classes = ScalarClassTable.shared.classes

    /// The end of the piece that begins at byte `start`.
    ///
    /// - Parameters:
    ///   - text: valid UTF-8, `count` bytes.
    ///   - start: the first byte of a scalar, less than `count`.
    @inline(__always)
    func end(in text: UnsafePointer<UInt8>, from start: Int, count: Int) -> Int {
        let first = text[start]
        if first == 0x27, let end = contractionEnd(in: text, from: start, count: count) { return end }
        var next = start
        if first == 0x20 {
            next = start + 1
            if next == count { return count }
        }
        var position = next
        let scalarClass = classAndAdvance(text, &position)
        if scalarClass == ScalarClass.whiteSpace.rawValue {
            return whiteSpaceEnd(in: text, from: start, count: count)
        }
        while position < count {
            var after = position
            if classAndAdvance(text, &after) != scalarClass { break }
            position = after
        }
        return position
    }

    /// `'s 't 'm 'd 're 've 'll`; nil where the apostrophe begins something else.
    @inline(__always)
    private func contractionEnd(in text: UnsafePointer<UInt8>, from start: Int, count: Int) -> Int? {
        guard start + 1 < count else { return nil }
        switch text[start + 1] {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"):
            return start + 2 < count && text[start + 2] == UInt8(ascii: "e") ? start + 3 : nil
        case UInt8(ascii: "l"):
            return start + 2 < count && text[start + 2] == UInt8(ascii: "l") ? start + 3 : nil
        default: return nil
        }
    }

    @inline(never)
    private func whiteSpaceEnd(in text: UnsafePointer<UInt8>, from start: Int, count: Int) -> Int {
        var position = start
        var last = start
        while position < count {
            var after = position
            if classAndAdvance(text, &after) != ScalarClass.whiteSpace.rawValue {
                return last == start ? position : last
            }
            last = position
            position = after
        }
        return count
    }

    /// The class of the scalar at `position`, which moves on to the next scalar.
    @inline(__always)
    private func classAndAdvance(_ text: UnsafePointer<UInt8>, _ position: inout Int) -> UInt8 {
        let lead = text[position]
        if lead < 0x80 {
            position += 1
            return classes[Int(lead)]
        }
        let second = UInt32(text[position + 1] & 0x3F)
        if lead < 0xE0 {
            position += 2
            return classes[Int(UInt32(lead & 0x1F) << 6 | second)]
        }
        let third = UInt32(text[position + 2] & 0x3F)
        if lead < 0xF0 {
            position += 3
            return classes[Int(UInt32(lead & 0x0F) << 12 | second << 6 | third)]
        }
        let fourth = UInt32(text[position + 3] & 0x3F)
        position += 4
        return classes[Int(UInt32(lead & 0x07) << 18 | second << 12 | third << 6 | fourth)]
    }
}
