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

extension ReducerHeartbeat {
    /// Reads a sign of life.
    ///
    /// - Throws: a `DecodingError`, also for numbers that no process has.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Int { try container.decode(Int.self, forKey: key) }
        self.init(
            index: try number(.index), stagedParcels: try number(.stagedParcels), stagedBytes: try number(.stagedBytes),
            bytesInFlight: try number(.bytesInFlight), offersWaiting: try number(.offersWaiting),
            parcelsFolding: try number(.parcelsFolding), folded: try number(.folded), receivedBytes: try number(.receivedBytes),
            pausedBecause: try container.decodeIfPresent(String.self, forKey: .pausedBecause))
        try MachineNumber.check(
            [stagedParcels, stagedBytes, bytesInFlight, offersWaiting, parcelsFolding, folded, receivedBytes], decoder)
    }
}
