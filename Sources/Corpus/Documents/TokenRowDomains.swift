import Storage
import SystemPackage

/// The domains of rows of token ids.
///
/// Of a `.npy` they are in `<name>.domains.npy`, a small integer or a text a row, and the names of integers in `<name>.domains.json`, a list;
/// of a `.npz` in its arrays `domains` and `names`. Without names the integers' domains are called "0", "1" and so on; without either all
/// rows are of one domain, "all".
struct TokenRowDomains {
    /// The name of each domain.
    let names: [String]
    /// The domain of each row.
    let domains: [UInt16]

    static let arrayName = "domains"
    static let namesArrayName = "names"

    static func domainsPath(of path: FilePath) -> FilePath { sibling(path, ".domains.npy") }
    static func namesPath(of path: FilePath) -> FilePath { sibling(path, ".domains.json") }

    private static func sibling(_ path: FilePath, _ ending: String) -> FilePath {
        FilePath(String(path.string.dropLast(".npy".count)) + ending)
    }

    /// Reads the domains of the rows of an array.
    ///
    /// - Throws: `CorpusError.domainsDoNotFit`, or a `StorageError`.
    init(of path: FilePath, rows: Int) throws {
        if CorpusSource.isArchive(path) {
            let archive = try NumpyArchiveReader(path)
            let place = "\(path), array \(Self.arrayName)"
            let names = try Self.names(in: archive)
            if let texts = try archive.texts(Self.arrayName) {
                self = try Self(texts: texts, names: names, rows: rows, of: place)
            } else if let array = try archive.array(Self.arrayName) {
                self = try Self(array, names: names, rows: rows, of: place, namesFrom: "\(path), array \(Self.namesArrayName)")
            } else {
                self.init(unnamed: rows)
            }
            return
        }
        let domainsPath = Self.domainsPath(of: path)
        let namesPath = Self.namesPath(of: path)
        guard Folder.holdsFile(domainsPath) else {
            self.init(unnamed: rows)
            return
        }
        let names = Folder.holdsFile(namesPath) ? try JSONFile.read([String].self, from: namesPath) : nil
        if let texts = try NumpyTexts(mapping: domainsPath) {
            self = try Self(texts: texts, names: names, rows: rows, of: domainsPath.string)
        } else {
            self = try Self(
                try NumpyArray(mapping: domainsPath), names: names, rows: rows, of: domainsPath.string, namesFrom: namesPath.string)
        }
    }

    private init(unnamed rows: Int) {
        names = [String(decoding: DocumentParser.unnamedDomain, as: UTF8.self)]
        domains = [UInt16](repeating: 0, count: rows)
    }

    private static func names(in archive: NumpyArchiveReader) throws -> [String]? {
        guard archive.names.contains(namesArrayName) else { return nil }
        guard let texts = try archive.texts(namesArrayName), texts.shape.count == 1 else {
            throw CorpusError.domainsDoNotFit(path: "\(archive.path), array \(namesArrayName)", reason: "it is no list of texts")
        }
        return texts.values
    }

    /// Integers, with the names of those from 0 on.
    private init(_ array: NumpyArray, names: [String]?, rows: Int, of place: String, namesFrom namesPlace: String) throws {
        func misfit(_ reason: String) -> CorpusError { .domainsDoNotFit(path: place, reason: reason) }
        guard array.shape == [rows], array.dtype.isInteger else {
            throw misfit("it is \(array.dtype.name) \(array.shape) for \(rows) rows")
        }
        let ids = try IntegerArray(array)
        var domains: [UInt16] = []
        domains.reserveCapacity(rows)
        var highest = -1
        for row in 0..<rows {
            let id = ids[row]
            guard (0..<Int64(UInt16.max)).contains(id) else { throw misfit("row \(row) has domain \(id)") }
            domains.append(UInt16(id))
            highest = max(highest, Int(id))
        }
        if let names {
            guard highest < names.count, Set(names.map { Array($0.utf8) }).count == names.count else {
                throw CorpusError.domainsDoNotFit(
                    path: namesPlace, reason: "it names \(names.count) domains (each once), the highest is \(highest)")
            }
        }
        self.names = names ?? (0...max(highest, 0)).map(String.init)
        self.domains = domains
    }

    /// Texts, numbered in the order of `names`, or else of their first rows.
    private init(texts: NumpyTexts, names: [String]?, rows: Int, of place: String) throws {
        func misfit(_ reason: String) -> CorpusError { .domainsDoNotFit(path: place, reason: reason) }
        guard texts.shape == [rows] else { throw misfit("it is texts \(texts.shape) for \(rows) rows") }
        var known = names ?? []
        // By bytes: Swift takes some texts for equal that are not.
        var numbers: [[UInt8]: UInt16] = [:]
        for name in known {
            guard numbers.count < Int(UInt16.max), numbers.updateValue(UInt16(numbers.count), forKey: Array(name.utf8)) == nil else {
                throw misfit("the list of names has '\(name)' twice, or too many")
            }
        }
        domains = try texts.values.enumerated().map { row, text in
            let bytes = text.isEmpty ? DocumentParser.unnamedDomain : Array(text.utf8)
            if let number = numbers[bytes] { return number }
            guard names == nil else { throw misfit("row \(row) has the domain '\(text)', which the list of names lacks") }
            guard numbers.count < Int(UInt16.max) else { throw misfit("there are more than \(UInt16.max) domains") }
            let number = UInt16(numbers.count)
            numbers[bytes] = number
            known.append(String(decoding: bytes, as: UTF8.self))
            return number
        }
        self.names = known
    }
}
