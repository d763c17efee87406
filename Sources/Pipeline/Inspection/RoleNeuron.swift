import Analysis
import Foundation
import Storage
import SystemPackage

/// A neuron with a role, as `roles.csv` has it, and what else is known of it at a glance.
public struct RoleNeuron: Codable, Sendable {
    /// Layer and index.
    public let layer, neuron: Int
    /// What it does to the vocabulary.
    public let role: NeuronRole
    /// Whether it is universal.
    public let isUniversal: Bool
    /// The population moments of its effect on the vocabulary; nil where one is not finite.
    public let vocabMean, vocabVar, vocabSkew, vocabKurt: Double?
    /// The feature of the tokens that explains most of the effect; nil without features.
    public let feature: String?
    /// The share of the variance over the vocabulary that the feature explains, the mean cosine of the tokens with it less that of the others,
    /// and Welch's t of that.
    public let featureReduction, featureDifference, featureT: Double?
    /// The tokens that it raises most, and those that it lowers most: texts, or ids where there was no tokenizer.
    public let promoted, suppressed: [TableCell]
    /// Its excess correlation; nil where only `roles.csv` was asked.
    public internal(set) var excess: Double?
    /// The feature that explains its activations best, and the share of their variance; nil without any.
    public internal(set) var explanation: String?
    /// That share.
    public internal(set) var explanationScore: Double?

    /// How much of its role it has: the kurtosis of its effect, for a partition neuron the variance.
    public var strength: Double { (role == .partition ? vocabVar : vocabKurt) ?? 0 }

    /// Reads a row.
    ///
    /// - Throws: `StorageError.corrupt` for one without role or lists of tokens.
    init(_ row: [String: String], layer: Int, neuron: Int, of file: FilePath) throws {
        func damaged(_ problem: String) -> StorageError {
            .corrupt(file, offset: nil, problem: "neuron \(layer).\(neuron): \(problem)")
        }
        func tokens(_ name: String) throws -> [TableCell] {
            guard let found = try? JSONDecoder().decode([TableCell].self, from: Data((row[name] ?? "").utf8)) else {
                throw damaged("'\(name)' is no list of tokens")
            }
            return found
        }
        func number(_ name: String) -> Double? { row[name].flatMap(Double.init) }
        guard let role = NeuronRole(rawValue: row["role"] ?? "") else { throw damaged("it has no role") }
        self.layer = layer
        self.neuron = neuron
        self.role = role
        isUniversal = row["universal"] == "1"
        (vocabMean, vocabVar) = (number("vocab_mean"), number("vocab_var"))
        (vocabSkew, vocabKurt) = (number("vocab_skew"), number("vocab_kurt"))
        feature = row["feature"].flatMap { $0.isEmpty ? nil : $0 }
        featureReduction = number("feature_reduction")
        (featureDifference, featureT) = (number("feature_difference"), number("feature_t"))
        (promoted, suppressed) = (try tokens("promoted"), try tokens("suppressed"))
    }
}
