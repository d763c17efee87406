import SystemPackage

/// An array as numpy stores it: in C order (the last axis runs fastest), little-endian.
///
/// From a `.npy` file it is a memory map: opening a corpus of any size costs nothing.
public struct NumpyArray: Sendable {
    /// The file it comes from.
    public let path: FilePath
    /// The kind of its numbers.
    public let dtype: NumpyType
    /// Lengths of its axes, the slowest first; empty for a single number.
    public let shape: [Int]
    /// The numbers; valid as long as this array or a copy of it is kept: `try NumpyArray(mapping: path).bytes` dangles at once.
    /// The first is aligned for its type. Prefer `withElements` where a function's end is soon enough.
    public var bytes: UnsafeRawBufferPointer { data }

    private nonisolated(unsafe) let data: UnsafeRawBufferPointer
    private let owner: any AnyObject & Sendable

    /// Maps a `.npy` file.
    ///
    /// - Throws: A `StorageError`: the file is missing, is not a `.npy` file, is shorter or longer than its header says,
    ///   or holds what this program does not read (Fortran order, big-endian, structured types).
    public init(mapping path: FilePath) throws {
        let file = try MappedFile(path)
        self = try file.withBytes { try NumpyArray($0, owner: file, path: path) }
    }

    /// Numbers behind a header, in memory that `owner` keeps.
    init(_ content: UnsafeRawBufferPointer, owner: any AnyObject & Sendable, path: FilePath) throws {
        let header = try NumpyHeader(content, of: path)
        let found = content.count - header.dataOffset
        guard found == header.dataCount else {
            let excess = found > header.dataCount
            throw StorageError.corrupt(
                path, offset: excess ? header.dataOffset + header.dataCount : content.count,
                problem: "shape \(header.shape) of \(header.type.name) takes \(header.dataCount) bytes, there are \(found)")
        }
        self.path = path
        dtype = header.type
        shape = header.shape
        let numbers = UnsafeRawBufferPointer(rebasing: content[header.dataOffset...])
        if let start = numbers.baseAddress, Int(bitPattern: start) % header.type.byteCount != 0 {
            // Only files made by hand are so; a copy is better than a trap in every reader.
            let copy = try AlignedBytes(count: numbers.count, of: path) { $0.copyMemory(from: numbers) }
            data = UnsafeRawBufferPointer(copy.bytes)
            self.owner = copy
        } else {
            data = numbers
            self.owner = owner
        }
    }

    /// How many numbers there are.
    public var count: Int { data.count / dtype.byteCount }

    /// Calls `body` with the numbers.
    ///
    /// - Throws: `StorageError.unsupported` when they are of another kind than `Element`, or what `body` throws.
    public func withElements<Element: NumpyElement, Result>(
        of _: Element.Type, _ body: (UnsafeBufferPointer<Element>) throws -> Result
    ) throws -> Result {
        guard Element.numpyType == dtype else {
            throw StorageError.unsupported(path, what: "\(dtype.name) in the place of \(Element.numpyType.name)")
        }
        return try withExtendedLifetime(owner) { try body(data.bindMemory(to: Element.self)) }
    }

    /// Gives back the memory of a mapped file that was touched; the numbers are read again when they are touched next.
    public func forgetPages() { (owner as? MappedFile)?.advise(.done) }

    /// A copy of the numbers.
    ///
    /// - Throws: `StorageError.unsupported` when they are of another kind than `Element`.
    public func values<Element: NumpyElement>(as _: Element.Type) throws -> [Element] {
        try withElements(of: Element.self) { Array($0) }
    }
}
