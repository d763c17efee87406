import Models

/// The neurons and heads with the largest scores, by absolute value; of equal ones those that came first.
struct AttentionRanking {
    /// A neuron and a head by their places.
    struct Entry {
        let layer, place: Int
        let score: Float
        let composition: [CompositionKind: Float]
    }

    private let length: Int
    private let isWanted: (@Sendable (NeuronHead) -> Bool)?
    private var threshold: Float = -1
    private var entries: [Entry] = []

    /// A ranking of so many.
    ///
    /// - Parameter isWanted: which pairs are ranked; nil: all.
    init(length: Int, isWanted: (@Sendable (NeuronHead) -> Bool)? = nil) {
        self.length = max(0, length)
        self.isWanted = isWanted
    }

    /// Takes the scores of a layer in, in the order of layers.
    mutating func take(_ scores: HeadScores) {
        guard length > 0 else { return }
        // NaN is above nothing.
        for (place, score) in scores.score.enumerated() where abs(score) > threshold {
            guard isWanted?(scores.pair(at: place)) ?? true else { continue }
            entries.append(
                Entry(layer: scores.layer, place: place, score: score, composition: scores.composition.mapValues { $0[place] }))
            // Eight times what is wanted: sorting is seldom.
            if entries.count >= 8 * length { select() }
        }
    }

    /// The entries, the largest first.
    mutating func finish() -> [Entry] {
        select()
        return entries
    }

    private mutating func select() {
        entries.sort { (abs($0.score), $1.layer, $1.place) > (abs($1.score), $0.layer, $0.place) }
        entries.removeLast(max(0, entries.count - length))
        if entries.count == length, let last = entries.last { threshold = abs(last.score) }
    }
}
