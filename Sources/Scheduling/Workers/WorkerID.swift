/// The name of a worker's process: no two processes share one, and a process keeps it when it connects again.
public struct WorkerID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The name.
    public let name: String

    /// The worker of a name.
    public init(_ name: String) { self.name = name }

    /// Reads a name.
    ///
    /// - Throws: a `DecodingError` for one that no worker of ours would choose.
    public init(from decoder: any Decoder) throws {
        name = try decoder.singleValueContainer().decode(String.self)
        try DecodingLimit.check(name.utf8.count <= DecodingLimit.name, "a worker's name is too long", decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// By name.
    public static func < (left: Self, right: Self) -> Bool { left.name < right.name }

    public var description: String { name }
}
