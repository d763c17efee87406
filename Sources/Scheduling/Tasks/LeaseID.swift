/// The number of a lease. Coordinators that come after each other, also one that has lost its ledger, never give the same one twice.
public struct LeaseID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The epoch of the coordinator that gave it.
    public let epoch: Int
    /// Counts this coordinator's leases.
    public let number: Int

    /// The lease of a number in an epoch.
    public init(epoch: Int, number: Int) {
        self.epoch = epoch
        self.number = number
    }

    /// In the order in which they were given.
    public static func < (left: Self, right: Self) -> Bool { (left.epoch, left.number) < (right.epoch, right.number) }

    public var description: String { "\(epoch)-\(number)" }
}
