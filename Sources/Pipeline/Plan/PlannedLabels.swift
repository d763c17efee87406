import Storage

/// A tagger's labels as the plan knows them; what each combination of them means is in the feature bank.
public struct PlannedLabels: Hashable, Codable, Sendable {
    /// The content hash of the labels of all rows.
    public let digest: Digest
    /// How many combinations of labels there are.
    public let combinations: Int
}
