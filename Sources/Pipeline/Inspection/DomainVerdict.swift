import SystemPackage

/// What the tokens of one domain alone say about a neuron.
public struct DomainVerdict: Codable, Sendable {
    /// The domain's name.
    public let domain: String
    /// The excess correlation; nil where it is not known.
    public let excess: Double?
    /// Its standard error.
    public let standardError: Double?
    /// Whether the neuron is universal there; nil where the domain has too few tokens to tell.
    public let isUniversal: Bool?

    /// The verdicts of all domains, from `domains.csv`; nil where there is no such file.
    static func all(layer: Int, neuron: Int, in file: FilePath) throws -> [DomainVerdict]? {
        let row = try NeuronTableRow.find(layer: layer, neuron: neuron, in: file)
        guard !row.order.isEmpty else { return nil }
        let prefix = "excess_corr:"
        return row.order.filter { $0.hasPrefix(prefix) }.map { column in
            let name = String(column.dropFirst(prefix.count))
            func cell(_ kind: String) -> String { row.columns["\(kind):\(name)"] ?? "" }
            let verdict = cell("universal")
            return DomainVerdict(
                domain: name, excess: Double(cell("excess_corr")), standardError: Double(cell("excess_corr_se")),
                isUniversal: verdict.isEmpty ? nil : verdict == "1")
        }
    }
}
