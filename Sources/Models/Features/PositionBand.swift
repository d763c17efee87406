/// A run of positions in a row, as a 0/1 feature.
public struct PositionBand: Codable, Hashable, Sendable {
    /// The first position of the band.
    public let first: Int
    /// The position after the last one.
    public let end: Int

    /// The positions `first..<end`.
    public init(first: Int, end: Int) {
        self.first = first
        self.end = end
    }

    /// The band as printed.
    public var name: String {
        if end == first + 1 { return "position \(first)" }
        return first == 0 ? "position below \(end)" : "position \(first) to \(end - 1)"
    }

    /// Whether the band covers a position.
    public func contains(_ position: Int) -> Bool { position >= first && position < end }

    /// The bands of rows of `context` tokens: the beginnings of 1, 2, 4, 8 … tokens, the octaves between them, and the quarters.
    ///
    /// Position matters on a logarithmic scale near the beginning and evenly later, hence both. Beginnings fit neurons that decay or
    /// rise with the position, octaves and quarters those that prefer a stretch. A band whose complement is there already is left out:
    /// the share of variance that it explains is the same.
    public static func bands(context: Int) -> [PositionBand] {
        var bands: [PositionBand] = []
        func add(_ first: Int, _ end: Int) {
            guard first < end, end - first < context else { return }
            let band = PositionBand(first: first, end: end)
            let isCovered = bands.contains { other in
                other == band || (other.first == 0 && first == other.end && end == context)
            }
            if !isCovered { bands.append(band) }
        }
        var octaves: [Int] = []
        var end = 1
        while end < context {
            octaves.append(end)
            end *= 2
        }
        for end in octaves { add(0, end) }
        for start in octaves { add(start, min(2 * start, context)) }
        for quarter in 0..<4 { add(quarter * context / 4, (quarter + 1) * context / 4) }
        return bands
    }
}
