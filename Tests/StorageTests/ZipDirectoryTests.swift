import SmallRuns
import Testing

@testable import Storage

@Suite("Lists of zip archives")
struct ZipDirectoryTests {
    /// An archive of nothing but a list of zeros, and what two readers of archives say of it.
    private func errors(entries: Int, bytes size: Int) throws -> [StorageError] {
        let folder = try TemporaryFolder()
        let bytes = [UInt8](repeating: 0, count: size) + ZipRecord.end(count: entries, start: 0, size: size)
        let path = try folder.write("archive.npz", bytes)
        return [
            try #require(throws: StorageError.self) { _ = try bytes.withUnsafeBytes { try ZipDirectory($0, of: path) } },
            try #require(throws: StorageError.self) { _ = try NumpyArchiveReader(path) },
        ]
    }

    @Test("of more entries than any archive of tensors has are refused by their number, before one is read; so many are still read")
    func entries() throws {
        let most = ZipDirectory.mostEntries
        for error in try errors(entries: most + 1, bytes: 46 * (most + 1)) {
            guard case .unsupported(_, "a zip archive of 262145 entries (the most are 262144)") = error else {
                Issue.record("\(error)")
                continue
            }
            #expect(error.exitStatus == .dataError)
        }
        // The first of them is looked at, and is none.
        for error in try errors(entries: most, bytes: 46 * most) {
            guard case .corrupt(_, _, let problem) = error, problem.contains("an entry of the archive's list expected") else {
                Issue.record("\(error)")
                continue
            }
        }
    }

    @Test("of more bytes than names of entries need are refused by their size, however few the entries are")
    func bytes() throws {
        let most = ZipDirectory.longestList
        for error in try errors(entries: 600, bytes: most + 1) {
            guard case .unsupported(_, "a zip archive's list of 33554433 bytes (the most are 33554432)") = error else {
                Issue.record("\(error)")
                continue
            }
        }
        for error in try errors(entries: 600, bytes: most) {
            guard case .corrupt(_, _, let problem) = error, problem.contains("an entry of the archive's list expected") else {
                Issue.record("\(error)")
                continue
            }
        }
    }
}
