import Storage
import Synchronization

/// The digests of a list of contents while several threads compute them.
final class DigestTable: Sendable {
    private let table: Mutex<[Digest?]>

    init(count: Int) {
        table = Mutex([Digest?](repeating: nil, count: count))
    }

    func set(_ index: Int, _ digest: Digest) {
        table.withLock { $0[index] = digest }
    }

    var values: [Digest?] { table.withLock { $0 } }
}
