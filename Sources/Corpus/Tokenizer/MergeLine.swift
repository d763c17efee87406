/// A merge as written in `merges.txt`: two spellings and one blank between them.
enum MergeLine {
    /// The parts between blanks, empty ones included, so that a line with other than one blank is seen.
    static func split(_ line: Substring) -> [Substring] {
        // By UTF-8: the alphabet has no combining scalars, but a damaged file may, and a Character would swallow the blank.
        let bytes = line.utf8
        var parts: [Substring] = []
        var start = bytes.startIndex
        while true {
            let end = bytes[start...].firstIndex(of: 0x20) ?? bytes.endIndex
            parts.append(line[start..<end])
            if end == bytes.endIndex { return parts }
            start = bytes.index(after: end)
        }
    }
}
