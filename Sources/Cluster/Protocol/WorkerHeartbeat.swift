import Scheduling

/// A worker's sign of life.
struct WorkerHeartbeat: Codable, Sendable, Hashable {
    /// The worker.
    let worker: WorkerID
    /// The leases that it has: computing, waiting, or computed and on the way to the reducers.
    let leases: [LeaseID]
    /// The lease that it computes now.
    let computing: LeaseID?
    /// Counted tokens a second over the last minute, 0 while it has none.
    let tokensPerSecond: Double
    /// Bytes of memory that the process has now, and the most that it had.
    let residentBytes, peakResidentBytes: Int
    /// Bytes of parcels that wait for reducers.
    let parcelBytes: Int
    /// How many parcels wait for each reducer; nil where it was not told.
    var parcels: [Int: Int]?
    /// The last lines that it has logged, oldest first; nil where nothing is new. A worker that is lost can no longer be asked.
    var log: [String]?

    /// Lines of a log, and characters of a line, that travel.
    static let logLines = 20
    static let logLine = 500
}

extension WorkerHeartbeat {
    /// Reads a sign of life.
    ///
    /// - Throws: a `DecodingError`, also for numbers that no process has.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            worker: try container.decode(WorkerID.self, forKey: .worker), leases: try container.decode([LeaseID].self, forKey: .leases),
            computing: try container.decodeIfPresent(LeaseID.self, forKey: .computing),
            tokensPerSecond: try container.decode(Double.self, forKey: .tokensPerSecond),
            residentBytes: try container.decode(Int.self, forKey: .residentBytes),
            peakResidentBytes: try container.decode(Int.self, forKey: .peakResidentBytes),
            parcelBytes: try container.decode(Int.self, forKey: .parcelBytes),
            parcels: try container.decodeIfPresent([Int: Int].self, forKey: .parcels),
            log: try container.decodeIfPresent([String].self, forKey: .log)?.suffix(Self.logLines).map { String($0.prefix(Self.logLine)) })
        let counts = (parcels ?? [:]).values
        try MachineNumber.check([residentBytes, peakResidentBytes, parcelBytes] + counts, speed: tokensPerSecond, decoder)
    }
}
