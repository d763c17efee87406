import Diagnostics
import FaultInjection
import Foundation
import Scheduling
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Cluster

@Suite("The gathering of files")
struct FileGatheringTests {
    private let folder: TemporaryFolder
    private let file = ReducerFile.findings(group: 0)
    private let content: [UInt8] = Array(0..<100)

    init() throws { folder = try TemporaryFolder() }

    private var gathering: FileGathering { gathering() }

    private func gathering(largest: Int = .max, verify: @escaping (FilePath, ReducerFile) throws -> Void = { _, _ in }) -> FileGathering {
        FileGathering(
            [.init(reducer: 0, file: file, target: folder.file("f"))], largest: { _ in largest }, checkOwner: {}, verify: verify)
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

    @Test("goes on where a transfer broke off, by whatever coordinator, and asks only for the rest")
    func resumed() throws {
        do {
            var broken = gathering
            #expect(broken.request(at: .zero)?.request == FileRequest(file: file, offset: 0, begins: true, known: nil))
            let first = try ReceivedFrame(copying: Array(content.prefix(60)))
            _ = try broken.take(piece(0, total: 100, Digest(of: content)), from: 0, first, at: .zero)
        }
        #expect(folder.names == ["f.part"])
        var gathering = gathering
        #expect(gathering.request(at: .zero)?.request == FileRequest(file: file, offset: 60, begins: true, known: nil))
        // An answer to what the other one asked for is none to this one's question.
        #expect(
            try gathering.take(piece(0, total: 100, Digest(of: content)), from: 0, ReceivedFrame(copying: content), at: .zero) == nil)
        let next = try gathering.take(
            piece(60, total: 100, Digest(of: content)), from: 0, ReceivedFrame(copying: Array(content[60..<70])), at: .zero)
        #expect(next == FileRequest(file: file, offset: 70, begins: false, known: nil))
        _ = try gathering.take(piece(70, total: 100, nil), from: 0, ReceivedFrame(copying: Array(content[70...])), at: .zero)
        #expect(gathering.remaining == 0 && folder.names == ["f"])
        #expect(try Digest.ofFile(folder.file("f")) == Digest(of: content))
    }

    @Test("takes a part that has all bytes already, and a file that is there already, without another byte")
    func complete() throws {
        try folder.write("f.part", content)
        var gathering = gathering
        #expect(gathering.request(at: .zero)?.request.offset == 100)
        let nothing = try ReceivedFrame(copying: [])
        #expect(try gathering.take(piece(100, total: 100, Digest(of: content)), from: 0, nothing, at: .zero) == nil)
        #expect(gathering.remaining == 0 && folder.names == ["f"])
        // What an earlier transfer left of a file that is there is of no use.
        try folder.write("f.part", [1, 2, 3])
        var again = self.gathering
        #expect(again.request(at: .zero)?.request == FileRequest(file: file, offset: 3, begins: true, known: Digest(of: content)))
        #expect(try again.take(piece(3, total: 100, Digest(of: content)), from: 0, nothing, at: .zero) == nil)
        #expect(again.remaining == 0 && folder.names == ["f"])
    }

    @Test("drops a part that does not belong to the rest and begins anew, once", arguments: [true, false])
    func wrongPart(isRightThen: Bool) throws {
        try folder.write("f.part", [UInt8](repeating: 9, count: 60))
        var gathering = gathering
        #expect(gathering.request(at: .zero)?.request.offset == 60)
        let digest = Digest(of: content)
        let rest = try ReceivedFrame(copying: Array(content.suffix(40)))
        #expect(try gathering.take(piece(60, total: 100, digest), from: 0, rest, at: .zero) == nil)
        #expect(folder.names.isEmpty && gathering.remaining == 1)
        #expect(gathering.request(at: .zero)?.request == FileRequest(file: file, offset: 0, begins: true, known: nil))
        let all = try ReceivedFrame(copying: isRightThen ? content : content.reversed())
        if isRightThen {
            #expect(try gathering.take(piece(0, total: 100, digest), from: 0, all, at: .zero) == nil)
            #expect(gathering.remaining == 0 && folder.names == ["f"])
        } else {
            let error = ClusterError.gatheredWrong(
                reducer: 0, file: folder.file("f"), announced: digest.hex, found: Digest(of: content.reversed()).hex)
            #expect(throws: error) { try gathering.take(piece(0, total: 100, digest), from: 0, all, at: .zero) }
            #expect(error.exitStatus == .dataError && error.message.contains("reducer 0") && error.message.contains("/f"))
            #expect(folder.names.isEmpty)
        }
    }

    @Test("drops a part that is longer than the file")
    func longPart() throws {
        try folder.write("f.part", [UInt8](repeating: 9, count: 160))
        var gathering = gathering
        #expect(gathering.request(at: .zero)?.request.offset == 160)
        let nothing = try ReceivedFrame(copying: [])
        let next = try gathering.take(piece(160, total: 100, Digest(of: content)), from: 0, nothing, at: .zero)
        #expect(next == FileRequest(file: file, offset: 0, begins: true, known: nil) && folder.names.isEmpty)
        _ = try gathering.take(piece(0, total: 100, Digest(of: content)), from: 0, ReceivedFrame(copying: content), at: .zero)
        #expect(gathering.remaining == 0 && folder.names == ["f"])
    }

    @Test("does not take more than the plan allows, or less than nothing, and names who announced it", arguments: [101, -1, .max, .min])
    func announced(total: Int) throws {
        var gathering = gathering(largest: 100)
        _ = gathering.request(at: .zero)
        let frame = try ReceivedFrame(copying: content)
        let error = ClusterError.gatheredTooLarge(reducer: 0, file: folder.file("f"), announced: total, allowed: 100)
        #expect(throws: error) { try gathering.take(piece(0, total: total, Digest(of: content)), from: 0, frame, at: .zero) }
        for fact in ["reducer 0", "/f", "\(total) bytes", "100"] { #expect(error.message.contains(fact)) }
        #expect(folder.names.isEmpty)
    }

    @Test("removes what has the right hash and the wrong content, and fetches it again")
    func wrongContent() throws {
        struct Wrong: DiagnosedError {
            let message = "wrong", remedy = "none", exitStatus = ExitStatus.dataError
        }
        var looks = 0
        var gathering = gathering { _, _ in
            looks += 1
            throw Wrong()
        }
        let frame = try ReceivedFrame(copying: content)
        for attempt in 1...3 {
            #expect(gathering.request(at: .zero)?.request.offset == 0)
            do {
                _ = try gathering.take(piece(0, total: 100, Digest(of: content)), from: 0, frame, at: .zero)
                #expect(attempt < 3)
            } catch is Wrong {
                #expect(attempt == 3)
            }
            #expect(folder.names.isEmpty && looks == attempt)
        }
    }

    @Test(
        "goes on whichever operation fails, is torn, or is the last before the power goes: the next one has all files, whole",
        arguments: FaultyFiles.Fault.allCases)
    func faults(fault: FaultyFiles.Fault) throws {
        // One file comes in pieces, one that is there is another one's, one is there already.
        let contents: [String: [UInt8]] = ["a": content, "b": content.reversed(), "c": Array(content.prefix(7))]
        func begin() throws {
            for name in folder.names { try LocalFiles().remove(folder.file(name)) }
            try folder.write("b", content)
            try folder.write("c", content.prefix(7))
        }
        try begin()
        let counting = FaultyFiles(.failure, at: .max)
        #expect(try gather(contents, on: counting) == 0)
        #expect(counting.count > 15)
        for position in 1...counting.count {
            try begin()
            let files = FaultyFiles(fault, at: position)
            // Where a file could not be closed, nothing is lost.
            _ = try? gather(contents, on: files)
            try files.restart()
            #expect(try gather(contents, on: LocalFiles()) == 0)
            #expect(folder.names == ["a", "b", "c"], "operation \(position)")
            for (name, content) in contents {
                #expect(try Digest.ofFile(folder.file(name)) == Digest(of: content), "\(name) after operation \(position)")
            }
        }
    }

    /// Fetches files from a reducer that has them, each under its name, in pieces of a few bytes.
    ///
    /// - Returns: how many are still to come.
    private func gather(_ contents: [String: [UInt8]], on files: any FileLayer) throws -> Int {
        let names = contents.keys.sorted()
        let items = names.indices.map {
            FileGathering.Item(reducer: 0, file: .findings(group: $0), target: folder.file(names[$0]))
        }
        var gathering = FileGathering(items, largest: { _ in .max }, checkOwner: {}, on: files, verify: { _, _ in })
        while let (_, request) = gathering.request(at: .zero) {
            var open: FileRequest? = request
            while let request = open {
                guard case .findings(let group) = request.file, let content = contents[names[group]] else { return names.count }
                let digest = request.begins ? Digest(of: content) : nil
                let rest = digest != nil && digest == request.known ? [] : content.dropFirst(request.offset).prefix(40)
                open = try gathering.take(
                    FilePiece(file: request.file, offset: request.offset, total: content.count, digest: digest), from: 0,
                    ReceivedFrame(copying: Array(rest)), at: .zero)
            }
        }
        return gathering.remaining
    }

    @Test("brings a file of several pieces from a reducer that is started again in the middle, each byte once")
    func restartedReducer() throws {
        var random = SeededGenerator(seed: 3)
        let content = random.bytes(2 * FilePiece.size + 5)
        let source = try folder.write("source", content)
        let reports = Mailbox<DiskReport>(wakeup: try Wakeup())
        var bytes = 0

        /// Fetches so many pieces, with a reducer and a coordinator of its own.
        func fetch(pieces: Int) throws -> Int {
            let served = ServedFiles(reports: reports, logger: RecordedLog().logger)
            defer { served.close() }
            var gathering = gathering
            var request = gathering.request(at: .zero)?.request
            for _ in 0..<pieces {
                guard let asked = request else { break }
                served.read(asked, at: source)
                var answer: (FilePiece, PayloadFrame)?
                #expect(
                    eventually {
                        if case .piece(let piece, let payload)? = reports.drain().first { answer = (piece, payload) }
                        return answer != nil
                    })
                let (piece, payload) = try #require(answer)
                bytes += payload.count
                request = try gathering.take(piece, from: 0, ReceivedFrame(copying: payload.bytes), at: .zero)
            }
            return gathering.remaining
        }

        #expect(try fetch(pieces: 1) == 1)
        #expect(try MappedFile(folder.file("f.part")).bytes.count == FilePiece.size)
        #expect(try fetch(pieces: 1) == 1)
        #expect(try fetch(pieces: 2) == 0)
        #expect(bytes == content.count)
        #expect(try Digest.ofFile(folder.file("f")) == Digest(of: content))
    }
}
