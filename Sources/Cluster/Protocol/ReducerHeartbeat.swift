/// A reducer's sign of life, with how it is.
struct ReducerHeartbeat: Codable, Sendable, Hashable {
    /// Its index.
    let index: Int
    /// Parcels in the staging folder, and their bytes.
    let stagedParcels, stagedBytes: Int
    /// Bytes on their way or in memory.
    let bytesInFlight: Int
    /// Offers that wait for room.
    let offersWaiting: Int
    /// Parcels that are being folded.
    let parcelsFolding: Int
    /// Sections × shards that are folded.
    let folded: Int
    /// Bytes that have arrived since it started.
    let receivedBytes: Int
    /// Why nothing is taken; nil while parcels are.
    let pausedBecause: String?
}
