import Synchronization

/// Adds up one group's activations by token while rows stream by.
///
/// All threads share the sums, which are integers: so the result does not depend on threads. Memory: eight bytes for each column and token
/// that occurs.
final class TokenSumCollector: @unchecked Sendable {
    /// More than there are threads that meet at a token: what a thread does under a lock is short against the forward pass that it comes from.
    private static let lockCount = 64

    private let columns: Int
    private let strips: [TokenStrip]
    /// For each token id its sums, `[vocabulary]`; nil for one that does not occur.
    private let rows: [UnsafeMutablePointer<Int64>?]
    /// Those of a token are changed under the lock of its id.
    private let locks: [Lock]

    /// - Parameters:
    ///   - table: the counted tokens of all rows that will come.
    ///   - vocabulary: tokens of the vocabulary.
    init(columns: Int, table: TokenTable, vocabulary: Int) {
        self.columns = columns
        strips = table.strips.map { places in
            TokenStrip(table: table[places], columns: columns, sums: TileSums(count: places.count * columns, width: .int64))
        }
        var rows = [UnsafeMutablePointer<Int64>?](repeating: nil, count: vocabulary)
        for strip in strips {
            for (place, id) in strip.table.ids.enumerated() { rows[Int(id)] = strip.sums.int64 + place * columns }
        }
        self.rows = rows
        locks = (0..<Self.lockCount).map { _ in Lock() }
    }

    /// Adds the counted positions of one row, `[context, columns]`; from any thread.
    func add(_ activations: UnsafePointer<Float>, row: TokenRow, positions: [Int32]) {
        for position in positions {
            let token = Int(row.tokens[Int(position)])
            guard let sums = rows[token] else { continue }
            let line = activations + Int(position) * columns
            locks[token % Self.lockCount].mutex.withLock { _ in Self.add(line, to: sums, count: columns) }
        }
    }

    /// The sums of all rows that came, without shards; to be asked for once, when all threads are done.
    func sums(of group: Int, stratum: Int) -> TokenSums {
        var sums = TokenSums(group: group, stratum: stratum, columns: columns)
        for strip in strips { sums.add(strip) }
        return sums
    }

    /// 1.5 · 2^52: what is added to it is rounded to an integer, ties to even, which the lowest bits of the sum are.
    private static let shift = 0x1.8p52

    /// Adds activations in units of 2^-16. NaN is taken as anything: the chunk's power sums report it.
    static func add(_ line: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Int64>, count: Int) {
        let (limit, scale) = (MomentSums.limit, Double(sign: .plus, exponent: TokenSums.fractionBits, significand: 1))
        let base = Int64(bitPattern: shift.bitPattern)
        for column in 0..<count {
            let value = line[column]
            let taken = value < limit ? (value > -limit ? value : -limit) : limit
            sums[column] &+= Int64(bitPattern: (Double(taken) * scale + shift).bitPattern) &- base
        }
    }

    private final class Lock: Sendable {
        let mutex = Mutex<Void>(())
    }
}
