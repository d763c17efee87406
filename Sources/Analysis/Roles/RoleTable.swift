import Models
import Storage
import SystemPackage

/// `roles.csv`: the prediction, suppression and partition neurons of the reference, one row a neuron.
///
/// After layer, number, role, the verdict on universality and the moments of the effect on the vocabulary comes the feature of the tokens that
/// explains most of it: `feature`, `feature_reduction` (the share of the variance), `feature_difference` (of the mean cosine of the
/// tokens with the feature from that of the others) and `feature_t` (Welch's t). `promoted` and `suppressed` are the tokens moved most, each a
/// JSON list: of texts, or of ids where the tokenizer is not to be had.
public struct RoleTable: Sendable {
    private let findings: [RoleFinding]
    private let features: [FeatureColumn]
    private let isUniversal: @Sendable (RoleFinding) -> Bool
    private let text: (@Sendable (Int) -> String)?

    /// The table of some findings.
    ///
    /// - Parameters:
    ///   - features: those that the findings have contrasts of.
    ///   - isUniversal: whether a finding's neuron is universal.
    ///   - text: of a token; nil without tokenizer.
    public init(
        _ findings: [RoleFinding], features: [FeatureColumn], isUniversal: @escaping @Sendable (RoleFinding) -> Bool,
        text: (@Sendable (Int) -> String)?
    ) {
        (self.findings, self.features, self.isUniversal, self.text) = (findings, features, isUniversal, text)
    }

    private static let columns = [
        "layer", "neuron", "role", "universal", "vocab_mean", "vocab_var", "vocab_skew", "vocab_kurt", "feature", "feature_reduction",
        "feature_difference", "feature_t", "promoted", "suppressed",
    ]

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(Self.columns))
            for finding in findings { try file.write(CSVRow.line(try row(finding))) }
        }
    }

    private func row(_ finding: RoleFinding) throws -> [String] {
        let moments = [finding.moments.mean, finding.moments.variance, finding.moments.skewness, finding.moments.kurtosis]
        let best = finding.ranking.first
        let contrast = best.flatMap { finding.contrasts[$0] }
        let figures = [contrast?.reduction, contrast?.difference, contrast?.t]
        return ["\(finding.layer)", "\(finding.neuron)", finding.role.rawValue, isUniversal(finding) ? "1" : "0"]
            + moments.map { CSVRow.number($0) } + [best.map { features[$0].name } ?? ""] + figures.map { CSVRow.number($0) }
            + [try list(finding.promoted), try list(finding.suppressed)]
    }

    private func list(_ tokens: [RoleFinding.Token]) throws -> String {
        let ids = tokens.map(\.id)
        let json = try text.map { try JSONFile.encode(ids.map($0), isPretty: false) } ?? JSONFile.encode(ids, isPretty: false)
        return String(decoding: json.dropLast(), as: UTF8.self)
    }
}
