import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Mapped files")
struct MappedFileTests {
    @Test("a pipe that nobody writes to is refused at once")
    func pipe() throws {
        let folder = try TemporaryFolder()
        try #require(mkfifo(folder.file("pipe").string, 0o600) == 0)
        let error = try #require(throws: StorageError.self) { try MappedFile(folder.file("pipe")) }
        #expect(error == .unsupported(folder.file("pipe"), what: "a pipe in the place of a file"))
    }

    @Test("folders and devices are refused, and an empty file is no bytes")
    func kinds() throws {
        let folder = try TemporaryFolder()
        #expect(throws: StorageError.self) { try MappedFile(folder.path) }
        #expect(throws: StorageError.self) { try MappedFile("/dev/null") }
        #expect(throws: StorageError.notFound(folder.file("none"))) { try MappedFile(folder.file("none")) }
        try write([], to: folder.file("empty"))
        #expect(try MappedFile(folder.file("empty")).withBytes(\.count) == 0)
    }

    @Test("a file that is larger than its kind can be is refused by its size, and one as large as that is not")
    func largest() throws {
        let folder = try TemporaryFolder()
        try write([1, 2, 3], to: folder.file("three"))
        #expect(try MappedFile(folder.file("three"), most: 3).withBytes(\.count) == 3)
        let error = try #require(throws: StorageError.self) { try MappedFile(folder.file("three"), most: 2) }
        #expect(error == .tooLarge(folder.file("three"), bytes: 3, most: 2) && error.exitStatus == .dataError)
        #expect(error.message == "\(folder.file("three")) has 3 bytes, the most that are read of such a file are 2")
    }

    @Test("read piece by piece is the whole file, and stays in memory only where it is read otherwise")
    func pieces() throws {
        let folder = try TemporaryFolder()
        let content = (0..<(2 * MappedFile.pieceBytes + 12_345)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 12) }
        try write(content, to: folder.file("large"))
        let file = try MappedFile(folder.file("large"))
        for range in [0..<content.count, 1..<MappedFile.pieceBytes + 1, 4_097..<4_097, content.count - 1..<content.count] {
            var read: [UInt8] = []
            var sizes: [Int] = []
            file.forEachPiece(of: range) { piece in
                read += piece
                sizes.append(piece.count)
            }
            #expect(read == Array(content[range]))
            #expect(sizes.dropLast().allSatisfy { $0 == MappedFile.pieceBytes })
        }
        #expect((0...Self.fewKilobytes).contains(Self.residentKilobytes(of: file)))
        #expect(file.bytes.elementsEqual(content))
        #expect(Self.residentKilobytes(of: file) > 8_000)
        file.advise(.done)
        #expect((0...Self.fewKilobytes).contains(Self.residentKilobytes(of: file)))
    }

    @Test("read in parts that are no pages, each given back, leaves next to nothing in memory, whatever is mapped around it")
    func parts() throws {
        let folder = try TemporaryFolder()
        let (count, part) = (24 << 20, 557_001)
        try write([UInt8](repeating: 7, count: count), to: folder.file("large"))
        let file = try MappedFile(folder.file("large"))
        var sum = 0
        for start in stride(from: 0, to: count, by: part) {
            let range = start..<min(start + part, count)
            for place in stride(from: range.lowerBound, to: range.upperBound, by: 512) { sum += Int(file.bytes[place]) }
            file.advise(.done, range)
        }
        #expect(sum > 0 && (0...Self.fewKilobytes).contains(Self.residentKilobytes(of: file)))
    }

    @Test("of a few pages stays in memory until it is let go of")
    func few() throws {
        let folder = try TemporaryFolder()
        try write([UInt8](repeating: 7, count: 40_000), to: folder.file("few"))
        let file = try MappedFile(folder.file("few"))
        #expect(file.bytes.allSatisfy { $0 == 7 })
        file.advise(.done)
        #expect(Self.residentKilobytes(of: file) >= 40)
    }

    /// Of the megabytes of a file: what a system with larger pages may keep at its edges.
    private static let fewKilobytes = 256

    /// Kilobytes that this process has in memory of a file, as `/proc` counts them.
    private static func residentKilobytes(of file: MappedFile) -> Int {
        // To its end: reading it as a file of a known size gives the beginning alone.
        let maps = String(decoding: FileHandle(forReadingAtPath: "/proc/self/smaps")?.readDataToEndOfFile() ?? Data(), as: UTF8.self)
        let lines = maps.split(separator: "\n")
        guard let place = lines.firstIndex(where: { $0.hasSuffix(file.path.string) }),
            let line = lines[place...].first(where: { $0.hasPrefix("Rss:") })
        else { return -1 }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? -1
    }
}
