/// What a worker or reducer should know of the coordinator and the others. One that meets another epoch introduces itself again.
///
/// A reducer is answered each heartbeat with it, a worker only one that names another number: there may be a thousand of them.
struct Pulse: Codable, Sendable, Hashable {
    /// Counts the coordinators of the run; 0 for somebody who is not known.
    var epoch: Int
    /// Counts what there was to say, over all coordinators of the run.
    let number: Int
    /// Where the reducers are now.
    let reducers: [ReducerAddress]
    /// Those that have not been heard of for too long; nil where there are none.
    var silent: [Int]?
}
