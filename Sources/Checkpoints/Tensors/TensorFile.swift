import Storage
import SystemPackage

/// A file of named tensors, whatever its format: what its header says, and the bytes behind it.
protocol TensorFile: Sendable {
    /// The file.
    var path: FilePath { get }
    /// Its tensors; no two have one name.
    var tensors: [TensorEntry] { get }
    /// The whole file.
    var mapped: MappedFile { get }
}

extension TensorFile {
    /// Reads the entries of one of this file's tensors, row-major, piece by piece, none of which stays in memory behind it.
    ///
    /// - Parameter body: is given the pieces in order; all but the last have `MappedFile.pieceBytes`.
    /// - Throws: what `body` throws.
    func forEachPiece(of tensor: TensorEntry, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        guard let strides = tensor.strides else { return try mapped.forEachPiece(of: tensor.bytes, body) }
        let walk = StridedWalk(shape: tensor.shape, strides: strides, entryBytes: tensor.dataType.bytes)
        let perPiece = MappedFile.pieceBytes / tensor.dataType.bytes
        let capacity = min(perPiece, tensor.count) * tensor.dataType.bytes
        defer { mapped.advise(.done, tensor.bytes) }
        let source = UnsafeRawBufferPointer(rebasing: mapped.bytes[tensor.bytes])
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
        defer { room.deallocate() }
        for start in stride(from: 0, to: tensor.count, by: perPiece) {
            let entries = start..<min(start + perPiece, tensor.count)
            walk.copy(entries, from: source, into: room)
            try body(UnsafeRawBufferPointer(rebasing: room[..<(entries.count * tensor.dataType.bytes)]))
        }
    }
}
