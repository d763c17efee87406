/// What a worker brings.
public struct WorkerOffer: Hashable, Codable, Sendable {
    /// Its host's name.
    public let host: String
    /// Its process on that host.
    public let process: Int32
    /// Memory that it may use, in bytes.
    public let memory: Int
    /// Its threads.
    public let threads: Int
    /// Block groups that its memory holds at the same time: disjoint, together all that it can compute at all, ascending.
    public let bundles: [[Int]]

    /// What a process on a host brings.
    public init(host: String, process: Int32, memory: Int, threads: Int, bundles: [[Int]]) {
        self.host = host
        self.process = process
        self.memory = memory
        self.threads = threads
        self.bundles = bundles
    }

    /// Reads an offer.
    ///
    /// - Throws: a `DecodingError` for numbers that no machine has, and for a block group that is named twice.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        host = try container.decode(String.self, forKey: .host)
        process = try container.decode(Int32.self, forKey: .process)
        memory = try container.decode(Int.self, forKey: .memory)
        threads = try container.decode(Int.self, forKey: .threads)
        bundles = try container.decode([[Int]].self, forKey: .bundles)
        let groups = bundles.joined()
        try DecodingLimit.check(host.utf8.count <= DecodingLimit.name, "a host's name is too long", decoder)
        try DecodingLimit.check((0...DecodingLimit.memory).contains(memory), "no machine has this memory", decoder)
        try DecodingLimit.check((0...DecodingLimit.threads).contains(threads), "no machine has these threads", decoder)
        try DecodingLimit.check(max(groups.count, bundles.count) <= DecodingLimit.groups, "it offers too many block groups", decoder)
        try DecodingLimit.check(Set(groups).count == groups.count, "it offers a block group twice", decoder)
    }

    /// Whether it can compute a block group.
    public func holds(_ group: Int) -> Bool { bundles.contains { $0.contains(group) } }
}
