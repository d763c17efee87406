import Foundation
import Storage
import Testing

@testable import Cluster

@Suite("The summaries of a reducer that shares the run's folder")
struct GroupSummariesTests {
    private let stage: SummarisedStore
    private var groups: [Int] { stage.groups }

    init() throws { stage = try SummarisedStore() }

    /// The files of the matrices with their numbers on the disk: another file under the same name has another one.
    private func matrices() -> [String: ino_t] {
        let root = stage.run.folder.correlations.string
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        var files: [String: ino_t] = [:]
        for name in names {
            var status = stat()
            if stat("\(root)/\(name)", &status) == 0 { files[name] = status.st_ino }
        }
        return files
    }

    @Test(
        "leave matrices alone that were finished while it slept in the middle of a chunk, although nobody has taken its store over",
        arguments: SleepingFiles.Moment.allCases)
    func sleeper(moment: SleepingFiles.Moment) throws {
        let files = SleepingFiles(moment)
        let sleeper = try stage.ask("first", round: 1, on: files)
        #expect(files.waitsForSleep())
        let done = sleeper.progress.done
        // Its groups were given to another one meanwhile.
        let successor = try stage.ask("second", round: 2)
        #expect(eventually { successor.progress.done.count == groups.count })
        successor.close()
        try stage.finish()
        let before = matrices()
        #expect(before[".zmetadata"] != nil && before["a-b/0.0"] != nil && !before.keys.contains { $0.hasSuffix(".part") })

        files.wake()
        sleeper.close()
        #expect(matrices() == before)
        #expect(sleeper.progress.done == done && sleeper.progress.trouble == nil && stage.reports.drain().isEmpty)
        // Asked again without a question, it begins nothing.
        sleeper.proceed()
        sleeper.close()
        #expect(matrices() == before && sleeper.progress.done == done)
    }
}
