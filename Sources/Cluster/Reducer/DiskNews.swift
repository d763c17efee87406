/// What a reducer's log says of its disk: once that it takes nothing, and once that it does again, however often that is tried meanwhile.
struct DiskNews {
    /// What was told last, without what changes from file to file; nil while the disk takes what comes.
    private var told: String?

    /// Takes in that the disk does not take something.
    ///
    /// - Returns: whether that is news.
    mutating func pause(_ reason: String) -> Bool {
        let words = reason.split(separator: " ").filter { word in !word.contains { $0 == "/" || $0.isNumber } }
        let text = words.joined(separator: " ")
        defer { told = text }
        return told != text
    }

    /// Takes in that the disk has taken something.
    ///
    /// - Returns: whether that is news.
    mutating func take() -> Bool {
        defer { told = nil }
        return told != nil
    }
}
