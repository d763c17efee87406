import Analysis
import Pipeline

/// How close the neurons of the reference come to each other by weights.
extension ReportedTable {
    /// The figures of `antipodes.csv` over universal and other neurons; nil where there are none.
    static func antipodes(_ summary: AntipodeSummary) -> ReportedTable? {
        guard !summary.figures.isEmpty else { return nil }
        let hasFrequencies = summary.figures.contains { $0.frequencyCorrelation != nil }
        func mean(_ group: GroupMean?) -> String {
            guard let group else { return "–" }
            let ends = group.interval.map { $0.map { NumberFormat.fixed($0, 3) }.joined(separator: " to ") }
            return NumberFormat.fixed(group.mean, 3) + (ends.map { " (\($0))" } ?? "")
        }
        func correlation(_ value: Double?) -> String { value.map { NumberFormat.fixed($0, 3) } ?? "–" }
        return ReportedTable(
            id: "antipodes", title: "Antipodes", heading: "Antipodes and duplicates: neurons with opposed or equal weights",
            sentences: [
                "Each neuron’s w_in and w_out beside those of the model’s other neurons: an antipode looks for the opposite and writes the "
                    + "opposite, a duplicate does the same twice. Means over universal and over other neurons, in brackets their 95 % intervals; "
                    + "antipodes.csv has every neuron."
                    + (hasFrequencies
                        ? " The last two columns say how a figure goes with the share of tokens at which the neuron is active: its correlation "
                            + "by value, and by rank."
                        : "")
            ],
            columns: ["figure", "universal", "others"] + (hasFrequencies ? ["with frequency", "by rank"] : []),
            rows: summary.figures.map { figure in
                [
                    ColumnWords.meaning(of: figure.name) ?? VisibleText.plain(figure.name, limit: 40), mean(figure.universal),
                    mean(figure.others),
                ]
                    + (hasFrequencies ? [correlation(figure.frequencyCorrelation), correlation(figure.frequencyRankCorrelation)] : [])
            })
    }

    /// The pairs of neurons whose weights are most opposed, each once; nil where there are none.
    ///
    /// - Parameters:
    ///   - table: `antipodes.csv`.
    ///   - limit: how many.
    /// - Throws: a `StorageError` for a table without columns that it should have.
    static func opposedPairs(_ table: NeuronTableFile, limit: Int) throws -> ReportedTable? {
        let (products, universal) = (try table.figures(of: "antipode"), try table.marks(of: "universal"))
        let (layers, numbers) = (try table.figures(of: "antipode_layer"), try table.figures(of: "antipode_neuron"))
        let places = table.neurons.map { NeuronPlace(layer: $0.layer, neuron: $0.neuron) }
        let rows = Dictionary(zip(places, places.indices)) { first, _ in first }
        // Two neurons that are each other's antipodes are one pair.
        var pairs: [(one: Int, other: Int, product: Double)] = []
        var known: Set<[Int]> = []
        let order = places.indices.filter { products[$0] != nil }.sorted { one, other in
            let figures = (products[one] ?? 0, products[other] ?? 0)
            return figures.0 != figures.1 ? figures.0 > figures.1 : one < other
        }
        for row in order where pairs.count < max(0, limit) {
            guard let layer = layers[row], let number = numbers[row], let product = products[row],
                let other = rows[NeuronPlace(layer: Int(layer), neuron: Int(number))],
                known.insert([min(row, other), max(row, other)]).inserted
            else { continue }
            pairs.append((row, other, product))
        }
        guard !pairs.isEmpty else { return nil }
        func name(_ row: Int) -> String { "\(places[row])\(universal[row] ? " (universal)" : "")" }
        return ReportedTable(
            id: "opposed", title: "Antipodal pairs", heading: "The neurons of most opposed weights",
            sentences: [
                "Pairs by the product of the cosine of their w_in and that of their w_out, both negative. The folder cosines has the closest and most "
                    + "opposed ones of each neuron in every layer."
            ],
            columns: ["neuron", "antipode", "product of cosines"],
            rows: pairs.map { [name($0.one), name($0.other), NumberFormat.fixed($0.product, 3)] })
    }
}
