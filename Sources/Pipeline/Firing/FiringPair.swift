import Analysis
import Storage
import SystemPackage

/// Two compared models, and the best partners that the run's results give the first one's neurons in the second.
struct FiringPair {
    let earlier: PlannedModel
    let later: PlannedModel
    let partners: FiringPartners
    /// The correlations with them, `[neurons]`.
    let correlations: [Float]

    /// As files of pairs are called.
    var name: String { "\(earlier.id)-\(later.id)" }

    /// Reads the partners.
    ///
    /// - Throws: `PipelineError.unknownModel`; a `StorageError` for a file that is damaged or of other models.
    init(_ earlier: String, _ later: String, of plan: RunPlan, in folder: RunFolder) throws {
        func model(_ id: String) throws -> PlannedModel {
            guard let model = plan.numbers.models.first(where: { $0.id == id }) else { throw PipelineError.unknownModel(id: id) }
            return model
        }
        (self.earlier, self.later) = (try model(earlier), try model(later))
        let path = folder.pair(earlier, later)
        let reader = try NumpyArchiveReader(path)
        let (neurons, others) = (self.earlier.layers * self.earlier.mlpWidth, self.later.layers * self.later.mlpWidth)
        guard let found = try reader.array("\(earlier)_max_corr_ix")?.values(as: Int32.self),
            let correlations = try reader.array("\(earlier)_max_corr")?.values(as: Float.self),
            found.count == neurons, correlations.count == neurons, found.allSatisfy({ $0 >= -1 && Int($0) < others })
        else { throw StorageError.corrupt(path, offset: nil, problem: "its best partners are of other models") }
        partners = FiringPartners(
            layers: self.earlier.layers, width: self.earlier.mlpWidth, otherLayers: self.later.layers, otherWidth: self.later.mlpWidth,
            partners: found)
        self.correlations = correlations
    }
}
