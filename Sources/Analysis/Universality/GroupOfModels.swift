/// What was found among models that are compared among themselves, beside those of the run's reference; one of `groups` in `summary.json`.
public struct GroupOfModels: Codable, Sendable {
    /// The ids of the models; the first is the group's reference.
    public var models: [String]
    /// Neurons of the group's reference.
    public var neurons: Int
    /// Its universal neurons.
    public var universal: UniversalCount
    /// Mean over neurons and other models of the highest correlation.
    public var meanMaxCorr: Estimate
    /// Cliques; nil where not all pairs of the group were compared.
    public var cliques: CliqueSummary?
    /// What a screened run says about itself; nil where all partners were followed.
    public var screening: ScreeningFinding?

    enum CodingKeys: String, CodingKey {
        case models, neurons, universal, cliques, screening
        case meanMaxCorr = "mean_max_corr"
    }

    /// The headline figures of a group's result.
    public init(_ result: UniversalityResult, cliques: CliqueSummary?) {
        models = [result.reference.id] + result.matches.map(\.model.id)
        neurons = result.reference.neurons
        universal = result.universal
        meanMaxCorr = result.meanCorrelation
        self.cliques = cliques
        screening = result.screening
    }
}
