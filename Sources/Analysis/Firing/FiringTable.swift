import Storage
import SystemPackage

/// `firing.csv`: how far neurons fire at the same tokens as their best partners, one row for each neuron of the first model of a pair.
///
/// Columns: `pair`, `layer`, `neuron`, `partner_layer`, `partner_neuron`, `corr` (the partner's correlation in the run's results), `jaccard`
/// (empty where neither fires), `both`, `fired_a`, `fired_b` (tokens at which both fire, the neuron, its partner), `tokens`. Of a neuron
/// without a partner the cells from there on are empty.
public struct FiringTable: Sendable {
    /// Two models.
    public struct Pair: Sendable {
        /// Their names, as files of pairs are called.
        public let name: String
        /// Which neurons were compared.
        public let partners: FiringPartners
        /// The correlation of each neuron with its partner, `[neurons]`.
        public let correlations: [Float]
        /// What was counted.
        public let counts: FiringCounts

        /// Two models.
        public init(name: String, partners: FiringPartners, correlations: [Float], counts: FiringCounts) {
            (self.name, self.partners, self.correlations, self.counts) = (name, partners, correlations, counts)
        }
    }

    private let pairs: [Pair]

    /// A table of pairs, in their order.
    public init(_ pairs: [Pair]) { self.pairs = pairs }

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, on: files) { file in
            try file.write(
                CSVRow.line(
                    [
                        "pair", "layer", "neuron", "partner_layer", "partner_neuron", "corr", "jaccard", "both", "fired_a", "fired_b",
                        "tokens",
                    ]))
            for pair in pairs {
                let (partners, counts) = (pair.partners, pair.counts)
                for (neuron, partner) in partners.partners.enumerated() {
                    let place = [pair.name, "\(neuron / partners.width)", "\(neuron % partners.width)"]
                    guard partner >= 0 else {
                        try file.write(CSVRow.line(place + Array(repeating: "", count: 8)))
                        continue
                    }
                    try file.write(
                        CSVRow.line(
                            place + [
                                "\(Int(partner) / partners.otherWidth)", "\(Int(partner) % partners.otherWidth)",
                                CSVRow.number(pair.correlations[neuron]), CSVRow.number(counts.jaccard(of: neuron)),
                                "\(counts.both[neuron])", "\(counts.first[neuron])", "\(counts.second[neuron])", "\(counts.tokens)",
                            ]))
                }
            }
        }
    }
}
