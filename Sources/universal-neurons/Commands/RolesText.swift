import Analysis
import Foundation
import Pipeline
import Reporting

extension RolesInspection {
    /// The roles for people: how many in which layer, then the strongest neurons of each.
    ///
    /// - Parameter isUniversalOnly: whether other neurons were left out of the lists.
    func text(isUniversalOnly: Bool) -> String {
        let notice = incomplete.map { ["\($0.notice)\n"] } ?? []
        let lists = roles.map { Self.list($0, isUniversalOnly: isUniversalOnly) }.filter { !$0.isEmpty }
        return (notice + [profile] + lists).joined(separator: "\n")
    }

    /// Counts by layer; in brackets the universal ones among them.
    private var profile: String {
        var table = TextTable(columns: 2 + roles.count)
        table.add(row: ["layer", "neurons"] + roles.map(\.role.rawValue))
        func cell(_ all: Int, _ universal: Int) -> String { universal > 0 ? "\(all) (\(universal))" : "\(all)" }
        for layer in neuronsByLayer.indices {
            table.add(
                row: ["\(layer)", cell(neuronsByLayer[layer], universalByLayer[layer])]
                    + roles.map { cell($0.neuronsByLayer[layer], $0.universalByLayer[layer]) })
        }
        table.add(
            row: ["all", cell(neuronsByLayer.reduce(0, +), universalByLayer.reduce(0, +))] + roles.map { cell($0.neurons, $0.universal) })
        return "Neurons of model \(model) by role, in brackets those that are universal:\n" + table.text
    }

    /// The strongest neurons of a role; empty where none of those that there are was asked for.
    private static func list(_ group: Group, isUniversalOnly: Bool) -> String {
        let whose = "\(isUniversalOnly ? "universal " : "")\(group.role.rawValue) neurons"
        guard group.asked > 0 else { return "There are no \(whose).\n" }
        guard !group.strongest.isEmpty else { return "" }
        var table = TextTable(columns: 7)
        let measure = group.role == .partition ? "variance" : "kurtosis"
        table.add("neuron", measure, "excess", "responds to", "its tokens by feature", "raises", "lowers")
        for neuron in group.strongest {
            table.add(
                "\(neuron.layer).\(neuron.neuron)\(neuron.isUniversal ? " *" : "")", AmountText.number(neuron.strength),
                neuron.excess.map { AmountText.formatted($0, "%.3f") } ?? "", explained(neuron.explanation, neuron.explanationScore),
                explained(neuron.feature, neuron.featureReduction), tokens(neuron.promoted), tokens(neuron.suppressed))
        }
        let shown = group.strongest.count
        let count = shown < group.asked ? "The \(shown) strongest of \(group.asked) \(whose)" : "All \(group.asked) \(whose)"
        return "\(count)\(group.strongest.contains(where: \.isUniversal) ? " (* universal)" : ""):\n" + table.text
    }

    private static func explained(_ feature: String?, _ share: Double?) -> String {
        guard let feature else { return "" }
        return feature + (share.map { ", \(ReportWords.strength(ofExplanation: $0))" } ?? "")
    }

    /// Tokens between quotation marks, or ids. The first few say what they have in common.
    private static func tokens(_ tokens: [TableCell]) -> String {
        tokens.prefix(6).map { token in
            if case .text(let text) = token { text.debugDescription } else { token.description }
        }.joined(separator: " ")
    }
}
