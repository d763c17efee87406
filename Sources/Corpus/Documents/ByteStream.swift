import Storage
import SystemPackage

/// The bytes of one file of a corpus, decompressed, from the beginning to the end.
final class ByteStream {
    private enum Origin {
        case plain(FileDescriptor)
        case compressed(any CompressedReader)
    }

    private let origin: Origin
    private let path: FilePath
    /// Bytes of the file on disk that have been read.
    private(set) var consumed = 0

    init(_ file: SourceFile) throws {
        path = file.path
        switch file.compression {
        case .zstd: origin = .compressed(try ZstdReader(file.path))
        case .gzip: origin = .compressed(try GzipReader(file.path))
        case nil:
            do {
                origin = .plain(try FileDescriptor.open(file.path, .readOnly, options: [.closeOnExec]))
            } catch {
                throw CorpusError.unreadable(path: path.string, reason: "\(error)")
            }
        }
    }

    deinit {
        if case .plain(let descriptor) = origin { try? descriptor.close() }
    }

    /// Appends up to `limit` bytes; returns how many, 0 at the end of the file.
    func read(upTo limit: Int, into bytes: inout [UInt8]) throws -> Int {
        let old = bytes.count
        switch origin {
        case .plain(let descriptor):
            bytes.append(contentsOf: repeatElement(0, count: limit))
            do {
                let count = try bytes.withUnsafeMutableBytes { buffer in
                    try descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[old...]))
                }
                bytes.removeSubrange((old + count)...)
                consumed += count
                return count
            } catch {
                throw CorpusError.unreadable(path: path.string, reason: "\(error)")
            }
        case .compressed(let reader):
            bytes.append(contentsOf: try reader.read(upTo: limit))
            consumed = reader.compressedOffset
            return bytes.count - old
        }
    }
}
