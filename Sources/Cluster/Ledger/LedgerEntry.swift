import Foundation
import Scheduling

/// One line of a ledger: what happened, and when.
public struct LedgerEntry: Codable, Sendable {
    /// Counts a ledger's entries from 1, without gaps.
    public let number: Int64
    /// When, by the coordinator's clock on the wall. For people: clocks jump, and nothing is decided by it.
    public let date: Date
    /// When, on the clock that the scheduler goes by.
    public let time: SchedulerTime
    /// What happened.
    public let record: SchedulerRecord
}
