/// The coordinator that listens is another one than the one that was meant: nothing was done.
struct OtherCoordinator: Codable, Sendable, Hashable {
    /// The name of the run that it coordinates.
    let run: String
}
