/// The coordinator's answer to a heartbeat. A worker or reducer that meets another epoch introduces itself again.
struct Pulse: Codable, Sendable, Hashable {
    /// Counts the coordinators of the run.
    let epoch: Int
    /// Where the reducers are now.
    let reducers: [ReducerAddress]
    /// Those that have not been heard of for too long; nil where there are none.
    var silent: [Int]?
}
