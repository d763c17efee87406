import Storage
import SystemPackage

/// The table of the reference's neurons by domain, `domains.csv`: one row a neuron, in the order of `neurons.csv`.
///
/// After layer, number, the verdict over all tokens, the number of domains that the neuron is universal in and the name of the only one come
/// three columns for each domain: `excess_corr:NAME`, `excess_corr_se:NAME` and `universal:NAME`. A cell is empty where its value is not known,
/// the last of the three where the domain has no tokens, or too few to tell.
public struct DomainTable: Sendable {
    private let comparison: DomainComparison
    private let isUniversal: [Bool]

    /// The table of a comparison.
    ///
    /// - Parameter isUniversal: whether a neuron is universal over all tokens.
    public init(_ comparison: DomainComparison, isUniversal: [Bool]) {
        self.comparison = comparison
        self.isUniversal = isUniversal
    }

    /// The names of the columns, in order.
    public var columns: [String] {
        ["layer", "neuron", "universal", "universal_domains", "only_domain"]
            + comparison.domains.flatMap { ["excess_corr:\($0.name)", "excess_corr_se:\($0.name)", "universal:\($0.name)"] }
    }

    /// Writes the table in one step, a row at a time.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(columns))
            for neuron in 0..<comparison.reference.neurons { try file.write(CSVRow.line(row(of: neuron))) }
        }
    }

    private func row(of neuron: Int) -> [String] {
        let position = comparison.reference.position(of: neuron)
        let only = comparison.onlyDomain(of: neuron).map { comparison.domains[$0].name } ?? ""
        var cells = [
            "\(position.layer)", "\(position.neuron)", isUniversal[neuron] ? "1" : "0", "\(comparison.universalDomains[neuron])", only,
        ]
        for domain in comparison.domains {
            cells += [CSVRow.number(domain.excess[neuron]), CSVRow.number(domain.standardError?[neuron])]
            cells.append(domain.isJudged[neuron] ? domain.isUniversal[neuron] ? "1" : "0" : "")
        }
        return cells
    }
}
