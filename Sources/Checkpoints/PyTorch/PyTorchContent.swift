import Storage
import SystemPackage

/// What a file of `torch.save` consists of: the value of its pickle, and where its storages lie.
struct PyTorchContent {
    /// The value that was saved.
    let value: PickleValue
    /// What it refers to.
    let heap: PickleHeap
    /// Where the bytes of each of the heap's storages lie in the file.
    let storages: [Range<Int>]
}

// MARK: - The zip archive

extension PyTorchContent {
    /// The newest version of the format that torch itself reads.
    private static let latestVersion = 10

    /// Reads the zip archive that torch writes since version 1.6: `NAME/data.pkl`, `NAME/data/KEY`, and some small files.
    ///
    /// Checksums are not held against the content: torch does not write them always (`torch.serialization.set_crc32_options`).
    init(archive bytes: UnsafeRawBufferPointer, file: FilePath) throws {
        func invalid(_ offset: Int, _ reason: String) -> CheckpointError { .invalidPyTorch(file: file, offset: offset, reason: reason) }
        var entries: [String: ZipDirectory.Entry] = [:]
        for entry in try ZipDirectory(bytes, of: file).entries {
            guard entries.updateValue(entry, forKey: entry.name) == nil else {
                throw invalid(entry.bytes.lowerBound, "there are two entries \(entry.name)")
            }
        }
        let roots = entries.keys.filter { $0.hasSuffix("/data.pkl") && $0.count(where: { $0 == "/" }) == 1 }
        guard roots.count == 1, let root = roots.first?.dropLast("data.pkl".count) else {
            throw invalid(0, "a zip archive with \(roots.count) files NAME/data.pkl; torch.save writes one")
        }
        /// An entry of this archive's folder; it must be stored as it is.
        func entry(_ name: String) throws -> ZipDirectory.Entry? {
            guard let entry = entries[root + name] else { return nil }
            guard !entry.isDeflated else {
                throw invalid(entry.bytes.lowerBound, "\(entry.name) is compressed; torch.save stores everything as it is")
            }
            return entry
        }
        func text(_ name: String) throws -> String? {
            try entry(name).map { String(decoding: bytes[$0.bytes.prefix(64)], as: UTF8.self).filter { !$0.isWhitespace } }
        }
        guard let version = try text("version") else { throw invalid(0, "the archive has no \(root)version") }
        guard let number = Int(version), (1...Self.latestVersion).contains(number) else {
            throw invalid(0, "version \(version) of the format; 1 to \(Self.latestVersion) are read")
        }
        if let order = try text("byteorder"), order != "little" { throw invalid(0, "the byte order is \(order); little is read") }
        guard entries[root + "constants.pkl"] == nil else { throw invalid(0, "a TorchScript program, not weights") }
        guard let pickle = try entry("data.pkl") else { throw invalid(0, "the archive has no \(root)data.pkl") }
        var interpreter = PickleInterpreter(bytes, in: pickle.bytes, of: file)
        let (value, end) = try interpreter.run()
        guard end == pickle.bytes.upperBound else { throw invalid(end, "\(pickle.bytes.upperBound - end) bytes behind the pickle") }
        self.value = value
        heap = interpreter.heap
        storages = try heap.storages.map { storage in
            guard let entry = try entry("data/\(storage.key)") else {
                throw invalid(storage.place, "storage \(storage.key) is not in the archive")
            }
            try Self.check(storage, bytes: entry.bytes.count, file: file)
            return entry.bytes
        }
    }

    private static func check(_ storage: PickledStorage, bytes: Int, file: FilePath) throws {
        let (expected, overflows) = storage.count.multipliedReportingOverflow(by: storage.entryBytes)
        guard !overflows, expected == bytes else {
            throw CheckpointError.invalidPyTorch(
                file: file, offset: storage.place,
                reason: "storage \(storage.key) of \(storage.count) entries of \(storage.entryBytes) bytes has \(bytes) bytes")
        }
    }
}

// MARK: - The older layout

extension PyTorchContent {
    /// How the older layout begins: a pickle of protocol 2 of the number 0x1950a86a20f9469cfc6c.
    static let legacyMagic: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]

    /// The version of the older layout; there was no other.
    private static let legacyProtocol = 1001

    /// Reads the layout that torch wrote before version 1.6: pickles of a magic number, the version, facts about the machine, the value and
    /// the keys of the storages; then each storage, its count of entries before it.
    init(legacy bytes: UnsafeRawBufferPointer, file: FilePath) throws {
        func invalid(_ offset: Int, _ reason: String) -> CheckpointError { .invalidPyTorch(file: file, offset: offset, reason: reason) }
        var interpreter = PickleInterpreter(bytes, in: Self.legacyMagic.count..<bytes.count, of: file)
        let (version, infoStart) = try interpreter.run()
        guard version == .integer(Self.legacyProtocol) else { throw invalid(Self.legacyMagic.count, "an unknown version of the format") }
        let (info, _) = try interpreter.run()
        guard case .dictionary(let facts) = info,
            interpreter.heap.dictionaries[facts].contains(where: { $0.key == .text("little_endian") && $0.value == .bool(true) })
        else {
            throw invalid(infoStart, "it was not written by a little-endian machine")
        }
        let (value, keysStart) = try interpreter.run()
        let (keys, dataStart) = try interpreter.run()
        self.value = value
        heap = interpreter.heap
        guard case .list(let list) = keys else { throw invalid(keysStart, "the keys of the storages are \(keys.kind)") }
        let places = Dictionary(uniqueKeysWithValues: heap.storages.enumerated().map { ($1.key, $0) })
        var ranges = [Range<Int>?](repeating: nil, count: heap.storages.count)
        var reader = ByteReader(bytes, of: file, at: dataStart)
        for key in heap.lists[list] {
            guard case .text(let name) = key, let place = places[name], ranges[place] == nil else {
                throw invalid(keysStart, "a key of a storage that no tensor has, or that comes twice")
            }
            let storage = heap.storages[place]
            let start = reader.offset
            guard reader.remaining >= 8, Int(try reader.next(Int64.self)) == storage.count else {
                throw invalid(start, "storage \(name) does not begin with its count, \(storage.count)")
            }
            let (size, overflows) = storage.count.multipliedReportingOverflow(by: storage.entryBytes)
            guard !overflows, size <= reader.remaining else {
                throw CheckpointError.truncated(
                    file: file, expected: overflows ? .max : UInt64(reader.offset) + UInt64(size), found: bytes.count,
                    what: "storage \(name)")
            }
            let begin = reader.offset
            _ = try reader.take(size)
            ranges[place] = begin..<reader.offset
        }
        storages = try zip(ranges, heap.storages).map { range, storage in
            guard let range else { throw invalid(storage.place, "storage \(storage.key) is not in the file") }
            return range
        }
        guard reader.remaining == 0 else { throw invalid(reader.offset, "\(reader.remaining) bytes behind the storages") }
    }
}
