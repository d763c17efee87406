/// Text from outside made fit for one line of a log.
enum LogText {
    /// Enough to recognise what it was, too little to fill a disk.
    private static let longest = 200

    /// Printable ASCII only, cut where it gets long.
    static func line(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars.prefix(longest) {
            line.unicodeScalars.append((0x20...0x7E).contains(scalar.value) ? scalar : "?")
        }
        return text.unicodeScalars.count > longest ? line + "…" : line
    }
}
