import Statistics
import Storage

/// What a worker says of a parcel before it sends it.
public struct ParcelOffer: Hashable, Codable, Sendable {
    /// A section of the parcel.
    public struct Section: Hashable, Codable, Sendable {
        /// What it is.
        public let key: SectionKey
        /// The checksum of its integers.
        public let checksum: Digest

        /// A section with its checksum.
        public init(key: SectionKey, checksum: Digest) {
            self.key = key
            self.checksum = checksum
        }
    }

    /// The parcel.
    public let parcel: ParcelID
    /// The worker that computed it.
    public let worker: WorkerID
    /// Its sections.
    public let sections: [Section]
    /// Checksums of the task's sections that other reducers get, in the order of their keys: with them each reducer can tell what the
    /// parcel's digest must be.
    public let elsewhere: [Digest]
    /// Its size, in bytes.
    public let bytes: Int

    /// Reads an offer.
    ///
    /// - Throws: a `DecodingError` for sizes that no parcel has.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        parcel = try container.decode(ParcelID.self, forKey: .parcel)
        worker = try container.decode(WorkerID.self, forKey: .worker)
        sections = try container.decode([Section].self, forKey: .sections)
        elsewhere = try container.decode([Digest].self, forKey: .elsewhere)
        bytes = try container.decode(Int.self, forKey: .bytes)
        try DecodingLimit.check((0...DecodingLimit.bytes).contains(bytes), "no parcel has this size", decoder)
        try DecodingLimit.check(max(sections.count, elsewhere.count) <= DecodingLimit.sections, "it has too many sections", decoder)
    }

    /// What a worker has to send.
    public init(parcel: ParcelID, worker: WorkerID, sections: [Section], elsewhere: [Digest] = [], bytes: Int) {
        self.parcel = parcel
        self.worker = worker
        self.sections = sections
        self.elsewhere = elsewhere
        self.bytes = bytes
    }
}
