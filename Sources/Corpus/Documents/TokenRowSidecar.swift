import Storage
import SystemPackage

/// The domains of a `.npy` of token ids: `<name>.domains.npy`, a small integer a row, and `<name>.domains.json`, the list of their names.
///
/// Without the list the domains are called "0", "1" and so on; without either all rows are of one domain, "all".
struct TokenRowSidecar {
    /// The name of each domain.
    let names: [String]
    /// The domain of each row.
    let domains: [UInt16]

    static func domainsPath(of path: FilePath) -> FilePath { sibling(path, ".domains.npy") }
    static func namesPath(of path: FilePath) -> FilePath { sibling(path, ".domains.json") }

    private static func sibling(_ path: FilePath, _ ending: String) -> FilePath {
        FilePath(String(path.string.dropLast(".npy".count)) + ending)
    }

    /// Reads the domains of the rows of an array.
    ///
    /// - Throws: `CorpusError.domainsDoNotFit`, or a `StorageError`.
    init(of path: FilePath, rows: Int) throws {
        let domainsPath = Self.domainsPath(of: path)
        let namesPath = Self.namesPath(of: path)
        guard Folder.holdsFile(domainsPath) else {
            names = [String(decoding: DocumentParser.unnamedDomain, as: UTF8.self)]
            domains = [UInt16](repeating: 0, count: rows)
            return
        }
        let array = try NumpyArray(mapping: domainsPath)
        guard array.shape == [rows], array.dtype.isInteger else {
            throw CorpusError.domainsDoNotFit(
                path: domainsPath.string, reason: "it is \(array.dtype.name) \(array.shape) for \(rows) rows")
        }
        let ids = try IntegerArray(array)
        var domains: [UInt16] = []
        domains.reserveCapacity(rows)
        var highest = -1
        for row in 0..<rows {
            let id = ids[row]
            guard (0..<Int64(UInt16.max)).contains(id) else {
                throw CorpusError.domainsDoNotFit(path: domainsPath.string, reason: "row \(row) has domain \(id)")
            }
            domains.append(UInt16(id))
            highest = max(highest, Int(id))
        }
        if Folder.holdsFile(namesPath) {
            names = try JSONFile.read([String].self, from: namesPath)
            guard highest < names.count, Set(names.map { Array($0.utf8) }).count == names.count else {
                throw CorpusError.domainsDoNotFit(
                    path: namesPath.string, reason: "it names \(names.count) domains (each once), the highest is \(highest)")
            }
        } else {
            names = (0...max(highest, 0)).map(String.init)
        }
        self.domains = domains
    }
}
