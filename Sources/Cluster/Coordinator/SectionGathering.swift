import Pipeline
import Scheduling
import Statistics
import Storage
import SystemPackage

/// Fetches the sections of reducers elsewhere into the run's own store, one after the other: what the analysis reads.
///
/// A section's file takes its place whole or not at all, so whatever stops it, the next coordinator goes on behind it.
struct SectionGathering {
    /// A section and where it is.
    struct Item: Hashable {
        let reducer: Int
        let key: SectionKey
    }

    /// A section that comes.
    private struct Transfer {
        let item: Item
        var bytes: [UInt8] = []
        var asked: SchedulerTime
    }

    /// A section is fetched again so often when its bytes are not what they should be.
    private static let attempts = 3

    private let store: StatisticsStore
    private let checkOwner: @Sendable () throws -> Void
    private var open: [Item]
    private var transfer: Transfer?
    private var failures = 0

    /// Sections to be fetched into a store.
    init(_ items: [Item], into store: StatisticsStore, checkOwner: @escaping @Sendable () throws -> Void) {
        self.checkOwner = checkOwner
        open = items.reversed()
        self.store = store
    }

    /// How many sections are still to come.
    var remaining: Int { open.count + (transfer == nil ? 0 : 1) }

    /// What is to be asked for now: the next bytes, or those that have not come for a while.
    mutating func request(at now: SchedulerTime) -> (reducer: Int, request: SectionRequest)? {
        if let transfer {
            guard now - transfer.asked >= Coordinator.askAgain else { return nil }
            self.transfer?.asked = now
            return (transfer.item.reducer, SectionRequest(key: transfer.item.key, offset: transfer.bytes.count))
        }
        guard let item = open.popLast() else { return nil }
        transfer = Transfer(item: item, asked: now)
        return (item.reducer, SectionRequest(key: item.key, offset: 0))
    }

    /// Takes bytes in.
    ///
    /// - Returns: what is to be asked for next of the same section.
    /// - Throws: `StorageError`, `StatisticsError` when a section is damaged where it lies.
    mutating func take(
        _ piece: SectionPiece, from reducer: Int, _ frame: ReceivedFrame, at now: SchedulerTime
    ) throws -> SectionRequest? {
        guard var current = transfer, current.item == Item(reducer: reducer, key: piece.key), piece.offset == current.bytes.count else {
            return nil
        }
        frame.withBytes { current.bytes.append(contentsOf: $0) }
        current.asked = now
        transfer = current
        if current.bytes.count < piece.total, frame.count > 0 { return SectionRequest(key: piece.key, offset: current.bytes.count) }
        transfer = nil
        let path = store.path(of: piece.key)
        do {
            let part = FilePath(path.string + DurableFile.partSuffix)
            let verify = { [store, checkOwner] in
                try checkOwner()
                try Self.check(part, holds: piece.key, of: store)
            }
            try DurableFile.replace(path, beforeRename: verify) { try $0.write(current.bytes) }
            failures = 0
        } catch let error as StatisticsError {
            failures += 1
            guard failures < Self.attempts else { throw error }
            open.append(current.item)
        }
        return nil
    }

    private static func check(_ path: FilePath, holds key: SectionKey, of store: StatisticsStore) throws {
        let reader = try PartialReader(path)
        try reader.check(plan: store.plan)
        try reader.verify()
        guard reader.sections.map(\.key) == [key] else {
            throw StatisticsError.malformed(file: path, section: key.name(in: store.shape.layout), reason: "it holds another section")
        }
    }
}
