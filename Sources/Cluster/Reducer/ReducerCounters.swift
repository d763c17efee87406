import Synchronization

/// Counts what a reducer does; any thread may read it, for the metrics.
public final class ReducerCounters: Sendable {
    /// The numbers at one moment.
    public struct Snapshot: Sendable, Hashable {
        /// Bytes of parcels that have arrived.
        public var receivedBytes = 0
        /// Parcels that were staged.
        public var staged = 0
        /// Bytes of these.
        public var stagedBytes = 0
        /// Parcels that were folded.
        public var folded = 0
        /// Folds that were completed, of some parcels each.
        public var folds = 0
        /// How long these took, in milliseconds.
        public var foldMilliseconds: Int64 = 0
        /// Parcels whose bytes were not what their offers said.
        public var broken = 0
        /// Copies with other integers that were passed over, where integers are not compared; one that is offered again counts again.
        public var passedOver = 0
        /// Disagreements that were reported.
        public var disagreements = 0
        /// Times that the disk refused.
        public var diskFailures = 0
        /// Messages that were dropped because of what they say.
        public var refused = 0

        /// Zeros.
        public init() {}
    }

    private let numbers = Mutex(Snapshot())

    /// Zeros.
    public init() {}

    /// The numbers at this moment.
    public var snapshot: Snapshot { numbers.withLock { $0 } }

    /// Changes the numbers.
    func count(_ change: (inout Snapshot) -> Void) { numbers.withLock { change(&$0) } }
}
