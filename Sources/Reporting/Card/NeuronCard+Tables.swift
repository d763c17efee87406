import Pipeline

/// What further tables and archives have for the neuron.
extension NeuronCard {
    /// Where in a row it fires: the first positions one by one, later ones in spans of twice the length.
    static func positions(_ neuron: NeuronInspection) -> [CardSection] {
        guard let profile = neuron.positions, !profile.fired.isEmpty else { return [] }
        var (spans, start, length): ([Range<Int>], Int, Int) = ([], 0, 1)
        while start < profile.fired.count {
            spans.append(start..<min(start + length, profile.fired.count))
            // 0, 1, 2 to 3, 4 to 7: each span begins where one of its length ends.
            start += length
            length = start
        }
        return [
            CardSection(
                id: "positions", heading: "Where in a row it fires",
                sentences: [
                    "The share of \(ReportWords.count(profile.rows, "row")) in which its pre-activation is above 0, masked tokens included."
                ],
                columns: ["position", "share of rows"],
                rows: spans.compactMap { span in
                    profile.share(over: span).map { share in
                        let name = span.count == 1 ? "\(span.lowerBound)" : "\(span.lowerBound) to \(span.upperBound - 1)"
                        return [.text(name), .text(NumberFormat.percent(share, 1))]
                    }
                })
        ]
    }

    /// Its rows of further tables; whether it is universal is said elsewhere.
    static func tables(_ neuron: NeuronInspection) -> [CardSection] {
        (neuron.tables ?? []).enumerated().map { index, table in
            let id = "table-\(index)"
            let kept = table.columns.indices.filter { table.columns[$0] != "universal" }
            let columns = kept.map { table.columns[$0] }
            let rows = table.rows.map { row in kept.map { row.indices.contains($0) ? row[$0] : .empty } }
            // A row of many columns is easier read as names and values.
            if rows.count == 1 {
                let values = Dictionary(zip(columns, rows[0])) { first, _ in first }
                return CardSection(
                    id: id, heading: table.title, columns: ["column of \(table.table)", "value", "neuron"],
                    rows: named(columns, values, of: neuron))
            }
            let words = columns.compactMap { name in ColumnWords.meaning(of: name).map { "\(name): \($0)" } }
            return CardSection(
                id: id, heading: table.title, sentences: words.isEmpty ? [] : [words.joined(separator: "; ") + "."], columns: columns,
                rows: rows.map { $0.map(cell) })
        }
    }

    /// A row for each column that has a value, with the neuron that the columns `NAME_layer` and `NAME_neuron` name beside it; within the
    /// neuron's own layer there is a number alone.
    private static func named(
        _ columns: [String], _ values: [String: TableCell], of neuron: NeuronInspection
    ) -> [[CardSection.Cell]] {
        let named = Set(columns.filter { values["\($0)_neuron"] != nil })
        let beside = Set(named.flatMap { ["\($0)_layer", "\($0)_neuron"] })
        return columns.filter { !beside.contains($0) && values[$0] != .empty }.map { name in
            let layer = values["\(name)_layer"]?.description ?? "\(neuron.layer)"
            let partner = values["\(name)_neuron"].flatMap { $0 == .empty ? nil : "\(layer).\($0.description)" }
            return [.column(name), values[name].map(cell) ?? .text(""), .text(partner ?? "")]
        }
    }
}
