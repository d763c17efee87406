import Models
import Storage

/// What is asked of a model's predictions: the conditions under which they are measured, the unmodified run beside them.
///
/// One form for ``InterventionQuestion`` and ``SubstitutionQuestion``: who measures, keeps and merges the sums of rows asks no more of a
/// question.
public protocol PredictionQuestion: Hashable, Codable, Sendable {
    /// What is changed.
    associatedtype Condition
    /// The pass's measures.
    associatedtype Measures: NamedMeasures
    /// What adds up the sums of rows.
    associatedtype Tally: PredictionTally where Tally.Question == Self

    /// What answers are called, as files and by people.
    static var name: String { get }
    /// What is done, for people who look on.
    static var activity: String { get }

    /// The id of the model that predicts.
    var model: String { get }
    /// The conditions, in the order of the sums.
    var conditions: [Condition] { get }
    /// What is measured, in the order of the sums.
    var measures: [Measures.Kind] { get }
    /// The neurons that are asked about.
    var places: Set<NeuronPlace> { get }
    /// Of which origin the means are that it takes from the run; nil where it takes none.
    var meanOrigin: MeanOrigin? { get }
}

extension PredictionQuestion {
    /// What the answer to this question over the rows of a plan is known by.
    ///
    /// - Parameter kernels: those that compute, where they are not the plan's.
    /// - Throws: `StorageError.unencodable`.
    public func identity(in plan: Digest, kernels: String? = nil) throws -> Digest {
        var builder = DigestBuilder()
        // What is measured and where: another program that measures otherwise must not go on with these sums.
        builder.update("\(Self.name) 1: sums over positions 1 to tokens - 2 of a row")
        builder.update(plan.bytes)
        if let kernels { builder.update("kernels \(kernels)") }
        builder.update(try JSONFile.encode(self, isPretty: false))
        return builder.finalize()
    }
}
