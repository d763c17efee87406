import Storage

/// What a worker is told when it comes. Behind it travel the files of `PlanFiles`, and last the tokens of the draw's first row, which the
/// plan's fingerprint is made of: int32 little-endian `[context]`.
struct Welcome: Codable, Sendable, Hashable {
    /// The run's name.
    let run: String
    /// The plan's identity.
    let plan: Digest
    /// Counts the coordinators of the run.
    let epoch: Int
    /// Milliseconds between heartbeats.
    let heartbeat: Int
    /// Where the reducers are, as far as they have come.
    let reducers: [ReducerAddress]
    /// For each column group of the layout the index of its reducer.
    let owners: [Int]
    /// The draw's first row: its index in the corpus and its domain.
    let firstRow: RowPlace
}
