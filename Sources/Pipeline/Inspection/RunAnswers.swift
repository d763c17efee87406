import Analysis
import Storage

/// What was measured of neurons of a run's reference when somebody asked: paths to heads without them, changes by hand, matches in their place,
/// and tokens at which they fire with their partners. Of several answers to one question one is shown: that of the run as it is now, or else of
/// its latest state, and of one state that over most tokens.
struct RunAnswers: Sendable {
    private let model: String
    private let paths: [PathAblationReport]
    private let interventions: [InterventionAnswers.Shown]
    private let substitutions: [SubstitutionAnswers.Shown]
    private let firing: NeuronRows?
    /// The pairs whose first model the reference is, as files of pairs are called.
    private let pairs: Set<String>
    private let firingFile: String

    /// Reads the answers in a run's folder.
    ///
    /// - Parameter model: the run's reference.
    /// - Throws: `StorageError` for a damaged file.
    init(of model: String, plan: RunPlan, in folder: RunFolder) throws {
        self.model = model
        paths = try PathAblationReport.read(in: folder, of: plan)
        interventions = InterventionAnswers.shown(of: try InterventionAnswers.read(in: folder, of: plan))
        substitutions = SubstitutionAnswers.shown(of: try SubstitutionAnswers.read(in: folder, of: plan))
        firing = NeuronRows(folder.firing)
        firingFile = folder.firing.lastComponent?.string ?? ""
        pairs = Set(plan.numbers.models.map { "\(model)-\($0.id)" })
    }

    /// What they say of a neuron.
    func excerpts(of place: NeuronPlace) -> [TableExcerpt] {
        [
            PathAblationReport.excerpt(of: place, in: model, from: paths),
            InterventionAnswers.excerpt(of: place, in: model, from: interventions),
            SubstitutionAnswers.excerpt(of: place, in: model, from: substitutions),
            firing.flatMap { rows in
                // Other pairs' rows are of neurons of other models.
                let column = rows.header.firstIndex(of: "pair")
                return TableExcerpt(rows, of: place, table: firingFile, title: "Tokens at which it fires with its best partners") {
                    record in
                    column.map { pairs.contains(record[$0]) } ?? true
                }
            },
        ].compactMap(\.self)
    }
}
