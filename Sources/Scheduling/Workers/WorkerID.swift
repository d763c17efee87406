/// The name of a worker's process: no two processes share one, and a process keeps it when it connects again.
public struct WorkerID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The name.
    public let name: String

    /// The worker of a name.
    public init(_ name: String) { self.name = name }

    public init(from decoder: any Decoder) throws { name = try decoder.singleValueContainer().decode(String.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// By name.
    public static func < (left: Self, right: Self) -> Bool { left.name < right.name }

    public var description: String { name }
}
