import Analysis
import Storage

/// What was found among models that are compared among themselves.
struct GroupOutcome: Sendable {
    /// Universality of the group's reference; of the run's own group with the summaries of pairs, of others they are in their files.
    let result: UniversalityResult
    /// The group's cliques; nil where not all its pairs were compared.
    let cliques: CliqueFinding?
    /// The digests of the moments of the group's reference; none for the run's own group, whose moments are read later.
    var momentDigests: [Digest] = []
}
