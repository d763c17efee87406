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

/// A reducer's store that has everything of a run, and a coordinator's part in summarising it.
struct SummarisedStore {
    private let tiny: TinyPlan
    private let store: ReducerStore
    private let settings: ReducerSettings
    let reports: Mailbox<DiskReport>

    /// - Parameter keepsMatrices: whether the matrices stay in the store; else they go into the run's folder.
    init(keepsMatrices: Bool = false) throws {
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
        var settings = ReducerSettings(
            coordinator: try Endpoint(ipc: folder.file("c")), listen: try Endpoint(ipc: folder.file("l")), store: path,
            coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder)
        settings.keepsMatrices = keepsMatrices
        self.settings = settings
        reports = Mailbox(wakeup: try Wakeup())
    }

    var run: PlannedRun { tiny.run }
    var groups: [Int] { Array(run.layout.groups.indices) }

    private var folder: RunFolder { RunFolder(store.statistics.folder) }
    private var token: FilePath { run.folder.path.appending(SummariseRequest.fileName) }

    /// Asks for the summaries of all groups, as a coordinator does.
    func ask(_ text: String, round: Int, on files: any FileLayer = LocalFiles()) throws -> GroupSummaries {
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
    func finish() throws {
        try LocalFiles().remove(token)
        try run.removeUnfinishedMatrices()
        try LocalFiles().createFolder(run.folder.findings)
        for group in run.layout.groups {
            let found = folder.findings(ofGroup: group.name)
            try DurableFile.replace(run.folder.findings(ofGroup: group.name), with: try MappedFile(found).withBytes { Array($0) })
        }
        let findings = try #require(try run.findings())
        guard !settings.keepsMatrices else { return }
        #expect(findings.matrices == [.run])
        try findings.finishMatrices(in: run.folder)
    }

    /// What a reducer that starts again removes.
    func removeUnfinished() throws { try store.prepare() }

    /// Removes whatever was found.
    func clear() {
        for path in [folder, run.folder].flatMap({ [$0.findings, $0.correlations] }) {
            try? FileManager.default.removeItem(atPath: path.string)
        }
    }

    /// What was found and all matrices: the files with their content.
    func results() throws -> [String: Digest] {
        var files: [String: Digest] = [:]
        for path in [folder, run.folder].flatMap({ [$0.findings, $0.correlations] }) {
            for name in FileManager.default.enumerator(atPath: path.string)?.compactMap({ $0 as? String }) ?? [] {
                let file = path.appending(name)
                var isFolder = ObjCBool(false)
                guard FileManager.default.fileExists(atPath: file.string, isDirectory: &isFolder), !isFolder.boolValue else { continue }
                files[file.string] = try Digest.ofFile(file)
            }
        }
        return files
    }
}
