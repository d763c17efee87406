import Foundation

extension ExpectedDifference {
    /// Between a table of a run's export and another one, or a run: what their plans differ in is in the runs alone.
    static func betweenExports(_ first: ResultsOrigin, _ second: ResultsOrigin, names: ColumnNames) -> [ExpectedDifference] {
        let reference = first.reference == second.reference ? [] : [otherReference(names)]
        guard first.statisticsSHA256 != second.statisticsSHA256 else {
            return reference + [
                .init(cause: .sums, text: "Both are of the same statistics, to the bit: what differs, the analysis has made.")
            ]
        }
        let (m, n) = (Double(max(1, first.tokens)), Double(max(1, second.tokens)))
        let counted = "They are of two runs that counted \(first.tokens) and \(second.tokens) tokens"
        // One that is whole has all tokens of another of its plan, of no larger budget.
        func holds(_ one: ResultsOrigin, _ other: ResultsOrigin) -> Bool { one.incomplete == nil && one.budget >= other.budget }
        let isPart = first.plan == second.plan && (holds(first, second) || holds(second, first))
        let chance = "by chance alone a correlation near 0 moves by"
        return reference + [
            .init(
                cause: .draw,
                text: isPart
                    ? "\(counted) of one plan, the fewer being a part of the others: \(chance) \(noise(abs(1 / m - 1 / n)))."
                    : "\(counted): \(chance) \(noise(1 / m + 1 / n)) at most. What else their plans differ in, `compare` says of the runs "
                        + "themselves.")
        ]
    }

    /// The neurons are not those of one model.
    static func otherReference(_ names: ColumnNames) -> ExpectedDifference {
        .init(
            cause: .reference,
            text:
                "The references are not the same model: across seeds the number of a \(names.noun) means nothing, and \(names.nouns) "
                + "that agree do so by chance.")
    }
}
