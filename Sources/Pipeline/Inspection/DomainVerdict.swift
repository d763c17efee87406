import Analysis

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

    /// The verdicts of all domains on a neuron, from `domains.csv`; nil where the table does not have it.
    static func all(of place: NeuronPlace, in table: NeuronRows) -> [DomainVerdict]? {
        let row = table.columns(of: place)
        guard !row.isEmpty else { return nil }
        let prefix = "excess_corr:"
        return table.header.filter { $0.hasPrefix(prefix) }.map { column in
            let name = String(column.dropFirst(prefix.count))
            func cell(_ kind: String) -> String { row["\(kind):\(name)"] ?? "" }
            let verdict = cell("universal")
            return DomainVerdict(
                domain: name, excess: Double(cell("excess_corr")), standardError: Double(cell("excess_corr_se")),
                isUniversal: verdict.isEmpty ? nil : verdict == "1")
        }
    }
}
