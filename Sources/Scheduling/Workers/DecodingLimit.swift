/// What is believed of a message: sizes that no honest peer comes near, so that a dishonest one cannot fill memory or overflow a sum.
enum DecodingLimit {
    /// Bytes of a name: host names have at most 253, ours are much shorter.
    static let name = 200
    /// Characters of a failure's reason.
    static let reason = 4_000
    /// Lines of a log, and characters of a line.
    static let logLines = 50
    static let logLine = 500
    /// Sections of a parcel: GPT-2 medium's largest group has some thousands.
    static let sections = 100_000
    /// Block groups of an offer.
    static let groups = 100_000
    /// Bytes of a parcel: beyond any memory, and far from what overflows a sum of many.
    static let bytes = 1 << 40
    /// Bytes of a worker's memory.
    static let memory = 1 << 50
    /// Threads of a worker.
    static let threads = 1 << 16

    /// Throws a `DecodingError` where something does not hold.
    static func check(_ holds: Bool, _ problem: String, _ decoder: any Decoder) throws {
        guard !holds else { return }
        throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
    }
}
