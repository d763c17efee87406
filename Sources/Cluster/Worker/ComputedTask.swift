import Scheduling

/// A task that is computed: what of it goes to which reducer.
struct ComputedTask: Sendable {
    /// What one reducer gets.
    struct Part: Sendable {
        let offer: ParcelOffer
        let file: ParcelFile
        /// When it was offered last.
        var offered: SchedulerTime?
        /// How often the reducer found its bytes wrong.
        var refusals = 0
    }

    /// Its parcels, which have the same name with every reducer.
    let parcel: ParcelID
    /// For each column group its reducer, as it was when the sections were split.
    let owners: [Int]
    /// What reducers have not acknowledged yet, by the reducer's index.
    var parts: [Int: Part]

    /// Bytes that wait for reducers.
    var bytes: Int { parts.values.reduce(0) { $0 + $1.file.count } }
}
