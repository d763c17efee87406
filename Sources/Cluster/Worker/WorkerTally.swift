/// Counts what a worker has done since it began, for the metrics.
struct WorkerTally: Sendable {
    /// Tasks that every reducer has, and tasks that came to nothing here.
    var done = 0, failed = 0
    /// Parcels sent to their last byte, also again; acknowledged, with their bytes; found wrong by a reducer.
    var sent = 0, acknowledged = 0, acknowledgedBytes = 0, refused = 0
}
