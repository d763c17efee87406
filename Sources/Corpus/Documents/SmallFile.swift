import SystemPackage

/// Files that are read whole.
enum SmallFile {
    static func exists(_ path: FilePath) -> Bool { (try? FileStatus(of: path))?.isFile ?? false }

    static func read(_ path: FilePath) throws(CorpusError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            return try file.closeAfter {
                var result: [UInt8] = []
                while true {
                    let old = result.count
                    // Grown by what is there already, so that a file of n bytes is copied O(1) times.
                    result.append(contentsOf: repeatElement(0, count: max(1 << 16, old)))
                    let read = try result.withUnsafeMutableBytes {
                        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[old...]))
                    }
                    result.removeSubrange((old + read)...)
                    if read == 0 { return result }
                }
            }
        } catch {
            throw .unreadable(path: path.string, reason: "\(error)")
        }
    }
}
