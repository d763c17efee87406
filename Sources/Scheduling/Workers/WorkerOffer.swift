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

    /// Whether it can compute a block group.
    public func holds(_ group: Int) -> Bool { bundles.contains { $0.contains(group) } }
}
