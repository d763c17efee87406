import GRDB
import SystemPackage

/// A database without a ledger's rules, to spoil it.
struct RawDatabase {
    private let queue: DatabaseQueue

    init(_ path: FilePath) throws { queue = try DatabaseQueue(path: path.string) }

    func execute(_ statement: String) throws { try queue.write { try $0.execute(sql: statement) } }

    func integer(_ query: String) throws -> Int? { try queue.read { try Int.fetchOne($0, sql: query) } }
}
