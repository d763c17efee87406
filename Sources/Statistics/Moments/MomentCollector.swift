import CKernels
import Synchronization

/// Gathers the moments of pre-activations while rows stream by.
///
/// Every thread adds up rows of its own, as integers; the sums of threads are added at the end, so the result does not depend on threads. Counts
/// by position, which are many, go over into ones that all threads share before a byte is full. Memory: for each thread and column 160 bytes and
/// one for each position, and four for each column and position.
final class MomentCollector: @unchecked Sendable {
    private let layout: StatisticsLayout
    private let context: Int
    private let threads: [ThreadState]
    private let positions: [Int: PositionCounts]

    /// - Parameters:
    ///   - groups: the groups whose moments are kept.
    ///   - context: tokens of a row.
    init(layout: StatisticsLayout, groups: [Int], context: Int, threads: Int) {
        self.layout = layout
        self.context = context
        positions = Dictionary(
            uniqueKeysWithValues: groups.map { ($0, PositionCounts(count: layout.groups[$0].columns * context)) })
        let columns = groups.map { ($0, layout.groups[$0].columns) }
        self.threads = (0..<threads).map { _ in ThreadState(columns: columns, context: context) }
    }

    /// Whether it gathers something of a group.
    func keeps(_ group: Int) -> Bool { positions[group] != nil }

    /// Takes in a band of a row's pre-activations in a group that it keeps; called by thread `thread` only, which takes one row of a group at a
    /// time.
    func observe(_ band: PreActivationBand, group: Int, thread: Int) {
        let state = threads[thread]
        guard let sums = state.groups[group], let shared = positions[group] else { return }
        if band.positions.lowerBound == 0 {
            if sums.rows - sums.sharedRows == GroupState.mostRows { sums.share(with: shared) }
            state.sums.update(repeating: 0, count: 4 * sums.columns)
        }
        un_moments(
            band.products, band.bias, band.positions.count, sums.columns, MomentSums.limit, MomentSums.authorsThreshold, state.sums,
            sums.near,
            sums.changed, sums.fired + band.positions.lowerBound * sums.columns)
        if band.positions.upperBound == context {
            sums.powers.add(bounded: state.sums)
            sums.rows += 1
        }
    }

    /// The moments of a group over all rows that came, without shards; to be asked for once, when all threads are done.
    func moments(of group: Int, stratum: Int) -> MomentSums {
        var result = MomentSums(group: group, stratum: stratum, columns: layout.groups[group].columns, context: context)
        guard let shared = positions[group] else { return result }
        for sums in threads.compactMap({ $0.groups[group] }) {
            sums.share(with: shared)
            result.tokens += sums.rows * context
            result.powers.add(sums.powers)
            for column in 0..<sums.columns {
                result.near[column] += sums.nearBefore[column]
                result.changed[column] += sums.changedBefore[column]
            }
        }
        result.positions = shared.counts
        result.powers.positive = result.firing
        return result
    }

    /// How often a column was above zero at a position, over the rows of all threads.
    private final class PositionCounts: Sendable {
        private let state: Mutex<[Int32]>

        init(count: Int) { state = Mutex(Array(repeating: 0, count: count)) }

        var counts: [Int32] { state.withLock { $0 } }

        /// Adds bytes, and sets them to 0.
        func take(_ bytes: UnsafeMutablePointer<UInt8>) {
            state.withLock { counts in
                counts.withUnsafeMutableBufferPointer { counts in
                    for place in counts.indices { counts[place] += Int32(bytes[place]) }
                }
                bytes.update(repeating: 0, count: counts.count)
            }
        }
    }

    /// What one thread has gathered.
    private final class ThreadState {
        let groups: [Int: GroupState]
        /// The sums of the row at hand, `[4, columns]` of any group.
        let sums: UnsafeMutablePointer<Double>

        init(columns: [(group: Int, count: Int)], context: Int) {
            groups = Dictionary(uniqueKeysWithValues: columns.map { ($0.group, GroupState(columns: $0.count, context: context)) })
            sums = .allocate(capacity: max(1, 4 * (columns.map(\.count).max() ?? 0)))
        }

        deinit { sums.deallocate() }
    }

    /// What one thread has gathered of one group.
    private final class GroupState {
        /// More rows could fill a byte.
        static let mostRows = 255

        let columns: Int
        private let context: Int
        var rows = 0
        private(set) var sharedRows = 0
        var powers: PowerSums
        private(set) var nearBefore: [Int64]
        private(set) var changedBefore: [Int64]
        /// Since the last sharing, `[columns]`.
        let near, changed: UnsafeMutablePointer<Int32>
        /// Since the last sharing, `[context, columns]`.
        let fired: UnsafeMutablePointer<UInt8>

        init(columns: Int, context: Int) {
            self.columns = columns
            self.context = context
            powers = PowerSums(columns: columns)
            nearBefore = Array(repeating: 0, count: columns)
            changedBefore = nearBefore
            near = .allocate(capacity: max(1, columns))
            near.initialize(repeating: 0, count: columns)
            changed = .allocate(capacity: max(1, columns))
            changed.initialize(repeating: 0, count: columns)
            fired = .allocate(capacity: max(1, columns * context))
            fired.initialize(repeating: 0, count: columns * context)
        }

        deinit {
            near.deallocate()
            changed.deallocate()
            fired.deallocate()
        }

        /// Hands the counts on before they overflow: 255 rows of 2^20 tokens fit into 32 bits.
        func share(with positions: PositionCounts) {
            positions.take(fired)
            for column in 0..<columns {
                nearBefore[column] += Int64(near[column])
                changedBefore[column] += Int64(changed[column])
            }
            near.update(repeating: 0, count: columns)
            changed.update(repeating: 0, count: columns)
            sharedRows = rows
        }
    }
}
