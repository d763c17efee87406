import Diagnostics
import Pipeline
import Reporting

extension NeuronInspection {
    /// The neuron for people.
    var text: String {
        let card = NeuronCard(self)
        let head = ["\(card.title): \(card.verdict)", card.notice].compactMap(\.self).map { $0.printable() + "\n" }.joined()
        return ([head] + card.sections.map(\.text)).joined(separator: "\n")
    }
}

extension CardSection {
    /// The section for a terminal.
    fileprivate var text: String {
        var table = TextTable(columns: rows.first?.count ?? 0)
        if !columns.isEmpty { table.add(row: columns) }
        for row in rows { table.add(row: row.map(\.text)) }
        let head = ([heading] + sentences).map { "\($0.printable())\n" }.joined()
        return head + table.text.split(separator: "\n", omittingEmptySubsequences: true).map { "  \($0)\n" }.joined()
    }
}

extension CardSection.Cell {
    /// The cell on one line: tokens between quotation marks, the token of a context in brackets.
    fileprivate var text: String {
        func visible(_ text: String) -> String {
            var result = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\n": result += "⏎"
                case "\t": result += "→"
                case _ where scalar.properties.generalCategory == .control: result += "·"
                default: result.unicodeScalars.append(scalar)
                }
            }
            return result
        }
        switch self {
        case .text(let text), .column(let text):
            return text
        case .number(let number):
            // Seven figures are what correlations have; of others nobody reads more.
            return number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(Float(number))"
        case .tokens(let tokens):
            return tokens.prefix(10).map { $0.isText ? $0.text.debugDescription : $0.text }.joined(separator: " ")
        case .context(let before, let token, let after, _):
            return "\(visible(before))⟦\(visible(token))⟧\(visible(after))"
        }
    }
}
