import Foundation
import Kernels
import Logging
import SmallRuns
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("The summaries of a reducer that shares the run's folder")
struct GroupSummariesTests {
    private let tiny: TinyPlan
    private let store: ReducerStore
    private let settings: ReducerSettings
    private let reports: Mailbox<DiskReport>
    private var run: PlannedRun { tiny.run }
    private var groups: [Int] { Array(run.layout.groups.indices) }

    /// A store that has everything of a run.
    init() throws {
        let folder = try TemporaryFolder()
        let tiny = try TinyPlan(in: folder)
        let path = folder.file("store")
        try LocalFiles().createFolder(path)
        let context = JobContext(team: ThreadTeam(count: 1))
        let statistics = tiny.plan.store(at: path)
        try statistics.create()
        let partials = try tiny.run.tasks.map { task in
            let output = folder.file("\(task.number).partial")
            _ = try MapTask(folder: tiny.run.folder, task: task.number, output: output, context: context).run()
            return try PartialReader(output)
        }
        try statistics.fold(partials, team: context.team)
        // As an assignment brings it.
        let calibration = try MappedFile(tiny.run.folder.calibration).withBytes { Array($0) }
        try DurableFile.replace(RunFolder(path).calibration, with: calibration)
        self.tiny = tiny
        store = ReducerStore(
            statistics: statistics, limits: ShardLimits(tiny.plan), lock: try FolderLock(path), files: LocalFiles(), team: context.team)
        settings = ReducerSettings(
            coordinator: try Endpoint(ipc: folder.file("c")), listen: try Endpoint(ipc: folder.file("l")), store: path,
            coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder)
        reports = Mailbox(wakeup: try Wakeup())
    }

    private var token: FilePath { run.folder.path.appending(SummariseRequest.fileName) }

    /// Asks for the summaries of all groups, as a coordinator does.
    private func ask(_ text: String, round: Int, on files: any FileLayer = LocalFiles()) throws -> GroupSummaries {
        try DurableFile.replace(token, with: text)
        try run.beginMatrices()
        let store = ReducerStore(
            statistics: store.statistics, limits: store.limits, lock: store.lock, files: files, team: store.team)
        let summaries = GroupSummaries(
            SummariseRequest(round: round, folder: run.folder.path.string, token: text), plan: tiny.plan, groups: groups, store: store,
            settings: settings, logger: Logger(label: "reducer") { _ in SwiftLogNoOpLogHandler() }, reports: reports)
        summaries.proceed()
        return summaries
    }

    /// Ends the question and finishes the matrices, as a coordinator does that has what was found.
    private func finish() throws {
        try LocalFiles().remove(token)
        try run.removeUnfinishedMatrices()
        try LocalFiles().createFolder(run.folder.findings)
        for group in run.layout.groups {
            let found = RunFolder(store.statistics.folder).findings(ofGroup: group.name)
            try DurableFile.replace(run.folder.findings(ofGroup: group.name), with: try MappedFile(found).withBytes { Array($0) })
        }
        let findings = try #require(try run.findings())
        #expect(findings.matrices == [.run])
        try findings.finishMatrices(in: run.folder)
    }

    /// The files of the matrices with their numbers on the disk: another file under the same name has another one.
    private func matrices() -> [String: ino_t] {
        let root = run.folder.correlations.string
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
        let sleeper = try ask("first", round: 1, on: files)
        #expect(files.waitsForSleep())
        let done = sleeper.progress.done
        // Its groups were given to another one meanwhile.
        let successor = try ask("second", round: 2)
        #expect(eventually { successor.progress.done.count == groups.count })
        successor.close()
        try finish()
        let before = matrices()
        #expect(before[".zmetadata"] != nil && before["a-b/0.0"] != nil && !before.keys.contains { $0.hasSuffix(".part") })

        files.wake()
        sleeper.close()
        #expect(matrices() == before)
        #expect(sleeper.progress.done == done && sleeper.progress.trouble == nil && reports.drain().isEmpty)
        // Asked again without a question, it begins nothing.
        sleeper.proceed()
        sleeper.close()
        #expect(matrices() == before && sleeper.progress.done == done)
    }
}
