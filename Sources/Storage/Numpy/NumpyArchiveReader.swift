import SystemPackage

/// A `.npz` file whose arrays are read one by one, those that are asked for.
public struct NumpyArchiveReader: Sendable {
    /// The file.
    public let path: FilePath
    /// The names of the arrays, in the order of the file.
    public let names: [String]
    private let file: MappedFile
    private let entries: [String: ZipDirectory.Entry]

    /// Opens a file and reads its list of arrays.
    ///
    /// - Throws: A `StorageError`: the file is missing, or is no sound archive.
    public init(_ path: FilePath) throws {
        self.path = path
        file = try MappedFile(path)
        var entries: [String: ZipDirectory.Entry] = [:]
        var names: [String] = []
        for entry in try file.withBytes({ try ZipDirectory($0, of: path).entries }) {
            let name = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
            guard entries.updateValue(entry, forKey: name) == nil
            else { throw StorageError.corrupt(path, offset: entry.offset, problem: "there are two arrays '\(name)'") }
            names.append(name)
        }
        self.entries = entries
        self.names = names
    }

    /// An array of numbers, copied into memory; nil where there is none of that name.
    ///
    /// - Throws: A `StorageError`: it is damaged (sizes and checksums are verified), or holds what `NumpyArray` does not read.
    public func array(_ name: String) throws -> NumpyArray? {
        guard let content = try content(of: name) else { return nil }
        return try withExtendedLifetime(content) {
            try NumpyArray(UnsafeRawBufferPointer(content.bytes), owner: content, path: path)
        }
    }

    /// The lengths of an array's axes, whatever its type; nil where there is none of that name. Of a large array its beginning is read, the
    /// checksum of which nobody knows.
    ///
    /// - Throws: A `StorageError`: its beginning is damaged.
    public func shape(of name: String) throws -> [Int]? {
        guard let entry = entries[name] else { return nil }
        let content =
            try entry.count <= Self.mostHeaderBytes
            ? file.withBytes { try Self.content(of: entry, in: $0, path: path) }
            : file.withBytes { try Self.beginning(of: entry, in: $0, path: path) }
        return try withExtendedLifetime(content) { try NumpyHeaderFields(UnsafeRawBufferPointer(content.bytes), of: path).shape }
    }

    /// More than the longest header of version 1; longer ones are of tables of many columns.
    private static let mostHeaderBytes = 1 << 17

    private static func beginning(of entry: ZipDirectory.Entry, in archive: UnsafeRawBufferPointer, path: FilePath) throws -> AlignedBytes {
        let stored = UnsafeRawBufferPointer(rebasing: archive[entry.bytes])
        return try AlignedBytes(count: mostHeaderBytes, of: path) { target in
            if entry.isDeflated {
                guard try Inflate.fill(target, fromBeginningOf: stored) else {
                    throw StorageError.corrupt(
                        path, offset: entry.bytes.lowerBound, problem: "the compressed data of '\(entry.name)' are invalid")
                }
            } else {
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: stored.prefix(mostHeaderBytes)))
            }
        }
    }

    /// An array of texts; nil where there is none of that name, or one of another type.
    ///
    /// - Throws: A `StorageError`: it is damaged.
    public func texts(_ name: String) throws -> NumpyTexts? {
        guard let content = try content(of: name) else { return nil }
        return try withExtendedLifetime(content) {
            let bytes = UnsafeRawBufferPointer(content.bytes)
            guard NumpyTexts.length(of: try NumpyHeaderFields(bytes, of: path).description) != nil else { return nil }
            return try NumpyTexts(bytes, path: path)
        }
    }

    private func content(of name: String) throws -> AlignedBytes? {
        guard let entry = entries[name] else { return nil }
        return try file.withBytes { try Self.content(of: entry, in: $0, path: path) }
    }

    private static func content(of entry: ZipDirectory.Entry, in archive: UnsafeRawBufferPointer, path: FilePath) throws -> AlignedBytes {
        let start = entry.bytes.lowerBound
        let stored = UnsafeRawBufferPointer(rebasing: archive[entry.bytes])
        let content = try AlignedBytes(count: entry.count, of: path) { target in
            if entry.isDeflated {
                guard try Inflate.fill(target, from: stored) else {
                    throw StorageError.corrupt(path, offset: start, problem: "the compressed data of '\(entry.name)' are invalid")
                }
            } else {
                target.copyMemory(from: stored)
            }
        }
        guard CRC32.checksum(UnsafeRawBufferPointer(content.bytes)) == entry.checksum else {
            throw StorageError.corrupt(path, offset: start, problem: "'\(entry.name)' has another checksum than its entry says")
        }
        return content
    }
}
