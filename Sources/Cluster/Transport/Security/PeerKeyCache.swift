/// The keys of peers by the text that comes with each of their messages, so that it is read once.
struct PeerKeyCache {
    /// Texts that are kept: more than an allow-list has, and a bound however often its names change.
    private static let most = 4_096

    private var keys: [String: PeerKey] = [:]

    /// How many texts are kept.
    var count: Int { keys.count }

    /// The key of a text; nil for one that is none.
    mutating func key(of text: String) -> PeerKey? {
        if let known = keys[text] { return known }
        guard let key = PeerKey(text: LogText.line(text)) else { return nil }
        if keys.count >= Self.most { keys = [:] }
        keys[text] = key
        return key
    }
}
