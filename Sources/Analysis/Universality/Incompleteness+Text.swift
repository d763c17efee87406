import Diagnostics

extension Incompleteness {
    /// What is missing, in a few words: "2 of 64 shards are missing in some blocks".
    public var count: String {
        let lacking = shardsPlanned - shardsComplete
        let isEverywhere = missing.count == 1 && isWhole(missing[0])
        return "\(lacking) of \(CountText.of(shardsPlanned, "shard")) \(lacking == 1 ? "is" : "are") missing"
            + (isEverywhere ? "" : " in some blocks")
    }

    /// The same, with which of them and where, and what the figures stand on; the first of much.
    public var sentence: String {
        // A handful shows the pattern; `summary.json` has all.
        let shown = missing.prefix(3).map { gap in
            "\(Self.list(gap.shards, "shard")) in \(isWhole(gap) ? "all blocks" : Self.list([gap.blocks], "block"))"
        }
        let rest = missing.count - shown.count
        let which = shown.joined(separator: "; ") + (rest > 0 ? "; and more in other blocks" : "")
        return "\(count) (\(which)); what is there counts \(tokens)"
    }

    /// What a page or a text says of a run's results before anything else.
    public var notice: String { "This run is not complete: \(sentence)." }

    private var tokens: String {
        leastTokens == mostTokens ? CountText.of(mostTokens, "token") : "\(leastTokens) to \(CountText.of(mostTokens, "token")) a block"
    }

    private func isWhole(_ gap: Gap) -> Bool { gap.blocks == Span(0, blocks - 1) }

    /// "shard 3", "shards 3, 5 to 7, …".
    private static func list(_ spans: [Span], _ noun: String) -> String {
        let isOne = spans.count == 1 && spans[0].first == spans[0].last
        let shown = spans.prefix(4).map { $0.first == $0.last ? "\($0.first)" : "\($0.first) to \($0.last)" }.joined(separator: ", ")
        return "\(noun)\(isOne ? "" : "s") \(shown)\(spans.count > 4 ? ", …" : "")"
    }
}
