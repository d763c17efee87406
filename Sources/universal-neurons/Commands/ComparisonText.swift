import Analysis
import Diagnostics
import Foundation
import Pipeline

extension ComparisonReport {
    /// The comparison for people.
    var text: String {
        var head = TextTable()
        head.add("first", first.text(names))
        head.add("second", second.text(names))
        head.add("in common", AmountText.count(comparison.neurons, names.kind))
        head.add("universal", overlap)
        head.add("jaccard", jaccard)
        for agreement in comparison.texts {
            head.add(
                "same \(agreement.column)", "\(agreement.same) of \(agreement.neurons), \(Self.percent(agreement.same, agreement.neurons))")
        }
        let parts = [head.text, columns, pairTable, differing, reasons]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func name(_ place: NeuronPlace) -> String { names.name(layer: place.layer, column: place.neuron) }

    private var overlap: String {
        let sets = comparison.universal
        let chance = sets.bothByChance.map { String(format: "; by chance %.1f", $0) } ?? ""
        return "\(sets.first) and \(sets.second), of which \(sets.both) in both\(chance)"
    }

    private var jaccard: String {
        let sets = comparison.universal
        guard let index = sets.jaccard else { return "none: no \(names.noun) is universal in either" }
        guard let error = sets.jaccardStandardError else { return String(format: "%.3f", index) }
        let sides = [first, second].filter { $0.content == .run }.count
        let origin = sides == 2 ? "from the errors of both runs' excess" : "from the errors of the run's excess alone"
        return String(format: "%.3f ± %.2g, ", index, error) + origin
    }

    private var columns: String {
        guard !comparison.columns.isEmpty else { return "" }
        var table = TextTable(columns: 9)
        table.add("column", names.nouns, "mean difference", "r.m.s.", "largest", "at", "within tolerance", "pearson", "spearman")
        for column in comparison.columns {
            table.add(
                column.column, "\(column.neurons)", Self.short(column.meanDifference), Self.short(column.rootMeanSquare),
                Self.short(column.largest), column.largest > 0 ? name(column.largestAt) : "–",
                "\(Self.percent(column.withinTolerance, column.neurons)) in \(Self.short(column.tolerance))",
                column.pearson.map(Self.correlation) ?? "–", column.spearman.map(Self.correlation) ?? "–")
        }
        return table.text
    }

    private var pairTable: String {
        guard let pairs, !pairs.isEmpty else { return "" }
        var table = TextTable(columns: 8)
        table.add("best of", "in", "same partner", "mean difference", "r.m.s.", "largest", "at", "pearson")
        for pair in pairs {
            let best = pair.correlation
            table.add(
                pair.model + (pair.hasSameModels ? "" : " (other weights)"), pair.other,
                pair.partner.map { Self.percent($0.same, $0.neurons) } ?? "–", Self.short(best.meanDifference),
                Self.short(best.rootMeanSquare),
                Self.short(best.largest), best.largest > 0 ? name(best.largestAt) : "–", best.pearson.map(Self.correlation) ?? "–")
        }
        return table.text
    }

    private var differing: String {
        guard let column = comparison.differingColumn, !comparison.differing.isEmpty else { return "" }
        var table = TextTable(columns: 5)
        table.add("differs most", "first", "second", "difference", "universal in")
        for neuron in comparison.differing {
            let errors = neuron.errors.map { String(format: $0 < 99.5 ? " (%.1f standard errors)" : " (%.0f standard errors)", $0) } ?? ""
            let sets =
                switch (neuron.isUniversalInFirst, neuron.isUniversalInSecond) {
                case (true, true): "both"
                case (true, false): "the first"
                case (false, true): "the second"
                case (false, false): "neither"
                }
            table.add(
                name(neuron.neuron), Self.fixed(neuron.first), Self.fixed(neuron.second),
                Self.fixed(neuron.first - neuron.second) + errors, sets)
        }
        return "by \(column):\n" + table.text
    }

    private var reasons: String {
        guard !expected.isEmpty else { return "" }
        return "Differences are expected:\n" + expected.map { "- \($0.text.printable())\n" }.joined()
    }

    private static func short(_ value: Double) -> String { String(format: "%.2g", value) }

    private static func fixed(_ value: Double) -> String { String(format: "%.4f", value) }

    private static func correlation(_ value: Double) -> String { AmountText.formatted(value, "%.4f") }

    private static func percent(_ part: Int, _ whole: Int) -> String {
        String(format: "%.1f %%", 100 * Double(part) / Double(max(1, whole)))
    }
}

extension ComparisonReport.Side {
    /// A side in a line.
    fileprivate func text(_ names: ColumnNames) -> String {
        let what =
            switch content {
            case .run:
                "\(incomplete == nil ? "a run" : "an incomplete run") of \((models ?? []).joined(separator: ", ")), \(tokens ?? 0) tokens"
            case .table: "a table"
            case .universalNeurons: "a table of universal \(names.nouns)"
            case .list: "a list of \(names.nouns)"
            }
        let origin =
            content == .run
            ? "" : tokens.map { ", exported from \(incomplete == nil ? "a run" : "an incomplete run") of \($0) tokens" } ?? ""
        return "\(path): \(what)\(origin), \(AmountText.count(neurons, names.noun))"
    }
}
