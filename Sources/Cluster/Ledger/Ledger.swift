import Diagnostics
import Foundation
import GRDB
import Scheduling
import Storage
import SystemPackage

/// The coordinator's record of who did what, when, and why it failed: a SQLite database, `RUN/ledger.sqlite`.
///
/// A `TaskScheduler` that is given the entries again, in order, is the one that wrote them:
///
///     let ledger = try Ledger(path, plan: plan.identity, program: version)
///     for entry in try ledger.entries() { scheduler.apply(entry.record, at: entry.time) }
///
/// Nothing in it decides a number of the result: what is computed and what is missing is known to the reducers, and a ledger that is lost
/// can be begun anew. Several processes may read while the coordinator writes.
public final class Ledger: Sendable {
    /// The file's name in a run's folder.
    public static let fileName = "ledger.sqlite"

    /// The file.
    public let path: FilePath
    private let database: any DatabaseReader
    /// The same, for the one process that writes; nil where the ledger was opened to be read.
    private let writer: DatabasePool?
    /// Seconds to wait for somebody who reads or recovers the file.
    private static let patience = 10.0

    /// What a commit waits for: 2 stands for the disk.
    var synchronousMode: Int? {
        get throws { try writer?.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } }
    }

    /// Opens the ledger of a plan to write to it, or begins one. One process at a time may do so: the owner of the run's folder.
    ///
    /// - Parameters:
    ///   - plan: the plan's identity.
    ///   - program: the version of the program, for the record.
    /// - Throws: `ClusterError.ledgerIsNewer`, `.ledgerOfOtherPlan`, `.ledgerFull`, `.ledgerUnusable`.
    public init(_ path: FilePath, plan: Digest, program: String) throws {
        self.path = path
        let writer = try Self.explaining(path) {
            var configuration = Configuration()
            configuration.label = "ledger"
            configuration.busyMode = .timeout(Self.patience)
            let pool = try DatabasePool(path: path.string, configuration: configuration)
            // Entries are on the disk before anything is sent that follows from them. (Opening the pool has set a weaker mode.)
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return pool
        }
        database = writer
        self.writer = writer
        try Self.explaining(path) {
            guard try !writer.read({ try Self.migrations.hasBeenSuperseded($0) }) else { throw ClusterError.ledgerIsNewer(path) }
            try Self.migrations.migrate(writer)
            try writer.write { database in
                try database.execute(
                    sql: "INSERT INTO run (id, plan, program, records) VALUES (1, ?, ?, ?) ON CONFLICT DO NOTHING",
                    arguments: [plan.hex, program, SchedulerRecord.version])
            }
        }
        try check(plan: plan)
        // What is written from here on an older program may not be able to read.
        try Self.explaining(path) {
            try writer.write {
                try $0.execute(sql: "UPDATE run SET records = ?1 WHERE records < ?1", arguments: [SchedulerRecord.version])
            }
        }
    }

    /// Opens a ledger to read it, also while a coordinator writes.
    ///
    /// Nothing is written, but the connection could: SQLite has only such a one take the files of its log away again, when it is the last.
    ///
    /// - Throws: `ClusterError.ledgerMissing`, `.ledgerIsNewer`, `.ledgerFull`, `.ledgerUnusable`.
    public init(reading path: FilePath) throws {
        self.path = path
        writer = nil
        guard Folder.holdsFile(path) else { throw ClusterError.ledgerMissing(path) }
        database = try Self.explaining(path) {
            var configuration = Configuration()
            configuration.label = "ledger"
            configuration.busyMode = .timeout(Self.patience)
            return try DatabaseQueue(path: path.string, configuration: configuration)
        }
        try Self.explaining(path) {
            guard try !database.read({ try Self.migrations.hasBeenSuperseded($0) }) else { throw ClusterError.ledgerIsNewer(path) }
        }
        try check(plan: nil)
    }

    /// Writes what happened, all of it or nothing.
    ///
    /// - Returns: once it is on the disk.
    /// - Throws: `ClusterError.ledgerFull`, `.ledgerUnusable`, also where the ledger was opened to be read.
    public func append(_ records: [SchedulerRecord], at time: SchedulerTime, date: Date = Date()) throws {
        guard !records.isEmpty else { return }
        guard let writer else { throw ClusterError.ledgerUnusable(path, problem: "it was opened to be read") }
        try Self.explaining(path) {
            let texts = try records.map { String(decoding: try JSONFile.encode($0, isPretty: false), as: UTF8.self) }
            try writer.write { database in
                let insertion = try database.cachedStatement(
                    sql: "INSERT INTO entry (date, time, shard, blockGroup, record) VALUES (?, ?, ?, ?, ?)")
                for (record, text) in zip(records, texts) {
                    try insertion.execute(
                        arguments: [date.timeIntervalSince1970, time.milliseconds, record.shard, record.task?.group, text])
                }
            }
        }
    }

    /// The entries, in order.
    ///
    /// - Parameters:
    ///   - number: only those after this one.
    ///   - task: only those that name this task; nil: all.
    /// - Throws: `ClusterError.ledgerFull`, `.ledgerUnusable`.
    public func entries(after number: Int64 = 0, of task: TaskID? = nil) throws -> [LedgerEntry] {
        try Self.explaining(path) {
            try database.read { database in
                // Leases are of a shard: they belong to the history of each of its tasks.
                let place = task == nil ? "" : "AND shard = ? AND (blockGroup = ? OR blockGroup IS NULL)"
                let arguments: StatementArguments = task.map { [number, $0.shard, $0.group] } ?? [number]
                let rows = try Row.fetchCursor(
                    database, sql: "SELECT number, date, time, record FROM entry WHERE number > ? \(place) ORDER BY number",
                    arguments: arguments)
                let decoder = JSONDecoder()
                var entries: [LedgerEntry] = []
                while let row = try rows.next() {
                    let text: String = row[3]
                    entries.append(
                        LedgerEntry(
                            number: row[0], date: Date(timeIntervalSince1970: row[1]), time: SchedulerTime(milliseconds: row[2]),
                            record: try decoder.decode(SchedulerRecord.self, from: Data(text.utf8))))
                }
                return entries
            }
        }
    }

    /// The time of the last entry: the scheduler's clock goes on from there.
    ///
    /// - Throws: `ClusterError.ledgerFull`, `.ledgerUnusable`.
    public func lastTime() throws -> SchedulerTime {
        try Self.explaining(path) {
            let milliseconds = try database.read { try Int64.fetchOne($0, sql: "SELECT MAX(time) FROM entry") }
            return SchedulerTime(milliseconds: milliseconds ?? 0)
        }
    }

    private func check(plan: Digest?) throws {
        let row = try Self.explaining(path) {
            try database.read { try Row.fetchOne($0, sql: "SELECT plan, records FROM run") }
        }
        guard let row else { throw ClusterError.ledgerUnusable(path, problem: "it names no plan") }
        let (found, records): (String, Int) = (row[0], row[1])
        guard records <= SchedulerRecord.version else { throw ClusterError.ledgerIsNewer(path) }
        if let plan, found != plan.hex { throw ClusterError.ledgerOfOtherPlan(path, found: found, expected: plan.hex) }
    }

    /// SQLite reports an I/O error where the index of its log does not fit, which grows by 32 kB, or that it cannot open a file. What it lets
    /// go of then leaves less than twice as much room.
    private static let leastRoom = 64 << 10

    private static func isOfFullDisk(_ error: DatabaseError, _ path: FilePath) -> Bool {
        switch error.resultCode {
        case .SQLITE_FULL: true
        case .SQLITE_IOERR, .SQLITE_CANTOPEN: FreeSpace.bytes(at: path.removingLastComponent()).map { $0 < leastRoom } ?? false
        default: false
        }
    }

    /// Turns the database's errors into ours.
    private static func explaining<Value>(_ path: FilePath, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            let problem = error.message ?? error.resultCode.description
            throw isOfFullDisk(error, path) ? ClusterError.ledgerFull(path, problem: problem) : .ledgerUnusable(path, problem: problem)
        } catch is DecodingError {
            throw ClusterError.ledgerUnusable(path, problem: "an entry cannot be read")
        }
    }
}
