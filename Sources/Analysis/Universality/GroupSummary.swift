/// Everything that universality needs from one column group: a pure function of the group's blocks and the configuration.
///
/// Summaries of a run's groups are merged by ``UniversalityMerger``, in any order, wherever they were made; ``encoded()`` gives the bytes to
/// send.
public struct GroupSummary: Equatable, Sendable {
    /// The group's index in the layout.
    public let group: Int
    /// The group's name, such as `b.3`.
    public let name: String
    /// The group's neurons.
    public let columns: Int
    /// The group's neurons without variance, by their number within the group.
    let zeroVariance: [Int32]
    /// One part for each earlier model; the reference is the first.
    let pairs: [PairPart]
    /// What concerns the reference alone.
    let reference: ReferencePart
}
