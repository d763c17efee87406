import SystemPackage

/// Several named arrays in one `.npz` file, as `numpy.savez` and `numpy.savez_compressed` write them and `numpy.load` reads them.
public enum NumpyArchive {
    /// An array to be written.
    public struct Entry: Sendable {
        /// What `numpy.load` finds it by.
        public let name: String
        /// The kind of numbers.
        public let dtype: NumpyType
        /// Lengths of the axes, the slowest first.
        public let shape: [Int]
        /// The numbers, little-endian.
        public let bytes: [UInt8]

        /// - Precondition: `bytes` are as many as shape and kind ask for.
        public init(name: String, dtype: NumpyType, shape: [Int], bytes: [UInt8]) {
            precondition(NumpyHeader.byteCount(of: shape, dtype) == bytes.count, "the shape must fit the bytes")
            self.name = name
            self.dtype = dtype
            self.shape = shape
            self.bytes = bytes
        }

        /// An array of numbers; one axis unless a shape is given.
        ///
        /// - Precondition: `values.count` is the product of `shape`.
        public init<Element: NumpyElement>(_ name: String, _ values: [Element], shape: [Int]? = nil) {
            self.init(
                name: name, dtype: Element.numpyType, shape: shape ?? [values.count], bytes: values.withUnsafeBytes { Array($0) })
        }
    }

    /// Reads all arrays of a file.
    ///
    /// - Throws: A `StorageError`: the file is missing, damaged (sizes and checksums are verified), or holds what `NumpyArray` does not read.
    public static func read(_ path: FilePath) throws -> [String: NumpyArray] {
        let reader = try NumpyArchiveReader(path)
        var arrays: [String: NumpyArray] = [:]
        for name in reader.names { arrays[name] = try reader.array(name) }
        return arrays
    }

    /// Writes arrays in one step; equal arrays are equal bytes.
    ///
    /// - Precondition: No two entries have the same name.
    public static func write(_ path: FilePath, _ entries: [Entry], on files: some FileLayer = LocalFiles()) throws {
        precondition(Set(entries.map(\.name)).count == entries.count, "each array needs a name of its own")
        try DurableFile.replace(path, on: files) { file in
            var list: [ZipRecord] = []
            for entry in entries {
                let header = NumpyHeader.encode(entry.dtype, shape: entry.shape)
                let record = ZipRecord(
                    name: entry.name + ".npy", checksum: checksum(entry.bytes, after: checksum(header)),
                    count: header.count + entry.bytes.count, offset: file.count)
                try file.write(record.local)
                try file.write(header)
                try file.write(entry.bytes)
                list.append(record)
            }
            let start = file.count
            for record in list { try file.write(record.central) }
            try file.write(ZipRecord.end(count: list.count, start: start, size: file.count - start))
        }
    }

    private static func checksum(_ bytes: [UInt8], after: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { CRC32.checksum($0, after: after) }
    }
}
