import Diagnostics
import Foundation
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("The gathering of files")
struct FileGatheringTests {
    private let folder: TemporaryFolder
    private let file = ReducerFile.findings(group: 0)
    private let content: [UInt8] = Array(0..<100)

    init() throws { folder = try TemporaryFolder() }

    private var gathering: FileGathering {
        FileGathering([.init(reducer: 0, file: file, target: folder.file("f"))], checkOwner: {}, verify: { _, _ in })
    }

    private func piece(_ offset: Int, total: Int, _ digest: Digest?) -> FilePiece {
        FilePiece(file: file, offset: offset, total: total, digest: digest)
    }

    @Test("writes each piece as it comes, and the file has its name when all have come")
    func pieces() throws {
        var gathering = gathering
        #expect(gathering.request(at: .zero)?.request.offset == 0)
        let first = try ReceivedFrame(copying: Array(content.prefix(60)))
        let next = try gathering.take(piece(0, total: 100, Digest(of: content)), from: 0, first, at: .zero)
        #expect(next?.offset == 60)
        #expect(folder.names == ["f.part"])
        #expect(try MappedFile(folder.file("f.part")).bytes.count == 60)
        let last = try ReceivedFrame(copying: Array(content.suffix(40)))
        #expect(try gathering.take(piece(60, total: 100, nil), from: 0, last, at: .zero) == nil)
        #expect(gathering.remaining == 0 && folder.names == ["f"])
        #expect(try Digest.ofFile(folder.file("f")) == Digest(of: content))
    }

    @Test("ends a file that grows as it comes, and asks for it anew")
    func endless() throws {
        var gathering = gathering
        _ = gathering.request(at: .zero)
        let frame = try ReceivedFrame(copying: content)
        #expect(try gathering.take(piece(0, total: 150, Digest(of: content)), from: 0, frame, at: .zero)?.offset == 100)
        #expect(try gathering.take(piece(100, total: 300, nil), from: 0, frame, at: .zero) == nil)
        #expect(folder.names.isEmpty)
        #expect(gathering.request(at: .zero)?.request.offset == 0)
    }

    @Test("does not begin a file for which no disk has room")
    func large() throws {
        var gathering = gathering
        _ = gathering.request(at: .zero)
        let frame = try ReceivedFrame(copying: content)
        #expect(throws: StorageError.self) {
            try gathering.take(piece(0, total: 1 << 60, Digest(of: content)), from: 0, frame, at: .zero)
        }
        #expect(folder.names.isEmpty)
    }

    @Test("gives up a file that its reducer has not, after a few attempts")
    func missing() throws {
        var gathering = gathering
        let frame = try ReceivedFrame(copying: [])
        for _ in 0..<2 {
            #expect(gathering.request(at: .zero) != nil)
            #expect(try gathering.take(piece(0, total: 0, nil), from: 0, frame, at: .zero) == nil)
        }
        #expect(gathering.request(at: .zero) != nil)
        #expect(throws: StorageError.self) { try gathering.take(piece(0, total: 0, nil), from: 0, frame, at: .zero) }
    }
}
