import Foundation
import Pipeline
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Cluster

@Suite("Files that a reducer serves")
struct ServedFilesTests {
    private let folder: TemporaryFolder
    private let reports: Mailbox<DiskReport>
    private let log = RecordedLog()
    private let file = ReducerFile.findings(group: 0)

    init() throws {
        folder = try TemporaryFolder()
        reports = Mailbox(wakeup: try Wakeup())
    }

    /// What is answered.
    private func read(
        _ offset: Int, of path: FilePath, from served: ServedFiles, begins: Bool? = nil
    ) throws -> (piece: FilePiece, bytes: Int) {
        served.read(FileRequest(file: file, offset: offset, begins: begins ?? (offset == 0), known: nil), at: path)
        let end = ContinuousClock.now + .milliseconds(patience)
        while ContinuousClock.now < end {
            if case .piece(let piece, let payload)? = reports.drain().first { return (piece, payload.count) }
            usleep(1_000)
        }
        throw CancellationError()
    }

    @Test("come from the file that was begun, whatever takes its name meanwhile")
    func replaced() throws {
        let content = [UInt8](repeating: 7, count: FilePiece.size + 5)
        let path = try folder.write("f", content)
        let served = ServedFiles(reports: reports, logger: log.logger)
        let first = try read(0, of: path, from: served)
        #expect(first.piece.total == content.count && first.piece.digest == Digest(of: content) && first.bytes == FilePiece.size)
        try DurableFile.replace(path, with: [1, 2, 3])
        #expect(try read(FilePiece.size, of: path, from: served).bytes == 5)
        let again = try read(0, of: path, from: served)
        #expect(again.piece.digest == Digest(of: [1, 2, 3]) && again.bytes == 3)
        served.close()
    }

    @Test("are begun in the middle where somebody has the rest, with the hash of the whole")
    func middle() throws {
        let content = [UInt8](repeating: 7, count: FilePiece.size + 5)
        let path = try folder.write("f", content)
        let served = ServedFiles(reports: reports, logger: log.logger)
        let first = try read(FilePiece.size, of: path, from: served, begins: true)
        #expect(first.piece.offset == FilePiece.size && first.piece.digest == Digest(of: content) && first.bytes == 5)
        // Behind the end there is nothing, which is said of a file that is complete there.
        let nothing = try read(content.count, of: path, from: served, begins: true)
        #expect(nothing.piece.total == content.count && nothing.piece.digest == Digest(of: content) && nothing.bytes == 0)
        served.close()
    }

    @Test("have no bytes where there are none")
    func missing() throws {
        let served = ServedFiles(reports: reports, logger: log.logger)
        let answer = try read(0, of: folder.file("nothing"), from: served)
        #expect(answer.piece.total == 0 && answer.piece.digest == nil && answer.bytes == 0)
        served.close()
    }
}
