import Diagnostics
import Dispatch
import Logging
import Pipeline
import Scheduling
import Storage
import Synchronization
import SystemPackage

/// Summarises the column groups of a reducer on a thread of its own: the loop goes on meanwhile.
///
/// Findings that are in the store already, of the same numbers and the same settings, are not made again: a reducer that was killed goes on
/// behind the last group that was done.
final class GroupSummaries: Sendable {
    private struct State {
        var done: [Int] = []
        var trouble: SummariesReport.Trouble?
        var isWorking = false
        /// Whether the run's folder is shared with the coordinator; nil until it was looked for.
        var isShared: Bool?
    }

    /// The question that they answer.
    let request: SummariseRequest
    private let plan: RunPlan
    private let groups: [Int]
    private let store: ReducerStore
    private let settings: ReducerSettings
    private let logger: Logger
    private let reports: Mailbox<DiskReport>
    private let queue = DispatchQueue(label: "universal-neurons.summaries")
    private let ending = StopRequest()
    /// Stands in the names of chunks that are not finished: two reducers may have the same epoch, each of its own store.
    private let writer = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    private let state = Mutex(State())

    /// Summaries of some groups of a store.
    init(
        _ request: SummariseRequest, plan: RunPlan, groups: [Int], store: ReducerStore, settings: ReducerSettings, logger: Logger,
        reports: Mailbox<DiskReport>
    ) {
        self.request = request
        self.plan = plan
        self.groups = groups
        self.store = store
        self.settings = settings
        self.logger = logger
        self.reports = reports
    }

    /// How far they are.
    var progress: (done: [Int], trouble: SummariesReport.Trouble?) { state.withLock { ($0.done, $0.trouble) } }

    /// Begins, or goes on after what hindered it may be over.
    func proceed() {
        let mayBegin = state.withLock { state in
            guard !state.isWorking, state.done.count < groups.count, state.trouble?.isFinal != true else { return false }
            state.isWorking = true
            return true
        }
        if mayBegin { queue.async { self.work() } }
    }

    /// Stops at the next safe point, and waits for that.
    func close() {
        ending.raise()
        queue.sync {}
    }

    private func work() {
        var trouble: SummariesReport.Trouble?
        do {
            try summarise()
        } catch StorageError.lockLost(let folder, let successor) {
            reports.post(.lost(StorageError.lockLost(folder, successor: successor)))
        } catch PipelineError.stopped {
        } catch let error where hasEnded {
            // Whatever it was: the coordinator has removed what was begun, and asks anew if it wants more.
            logger.debug("the coordinator has ended its question: \(DiskTrouble.reason(error))")
        } catch {
            // A damaged store stays damaged; a disk has room again, a share comes back.
            let status = (error as? any DiagnosedError)?.exitStatus
            let passes = status == .temporaryFailure || status == .ioError || status == .noPermission || status == .cannotCreate
            trouble = SummariesReport.Trouble(reason: DiskTrouble.reason(error), isFinal: !passes)
            logger.error("the groups cannot be summarised\(passes ? " for the time being" : ""): \(DiskTrouble.reason(error))")
        }
        state.withLock {
            $0.isWorking = false
            $0.trouble = trouble
        }
    }

    private func summarise() throws {
        let folder = RunFolder(store.statistics.folder)
        let isShared = isShared()
        let summariser = try GroupSummariser(
            plan, folder: folder, store: store.statistics,
            matrices: isShared
                ? (RunFolder(FilePath(request.folder)).correlations, .run)
                : (folder.correlations, .store(host: HostName.current, folder: folder.path.string)),
            permit: permit(isShared: isShared),
            context: JobContext(team: store.team, memory: settings.memory, stop: ending, logger: logger, files: store.files))
        try store.lock.check()
        try store.files.createFolder(folder.findings)
        let layout = plan.layout
        for group in groups where !state.withLock({ $0.done.contains(group) }) {
            try ending.check()
            let path = folder.findings(ofGroup: layout.groups[group].name)
            if let known = try? GroupFindings.header(of: path), try summariser.isCurrent(known) {
                logger.debug("group \(layout.groups[group].name) is summarised already")
            } else {
                let bytes = try summariser.findings(ofGroup: group).encoded()
                try store.lock.replace(path, on: store.files) { try $0.write(bytes) }
                logger.info("group \(layout.groups[group].name) is summarised")
            }
            state.withLock {
                $0.done.append(group)
                $0.trouble = nil
            }
        }
    }

    /// Whether the coordinator has ended the question in whose name chunks are written to the run's folder.
    private var hasEnded: Bool { state.withLock { $0.isShared == true } && !Self.sharesFolder(request) }

    /// Leave to write chunks. In the run's folder it ends with the question, too: a reducer that slept, or was given up and still owns its
    /// store, changes nothing of matrices that the coordinator has finished.
    private func permit(isShared: Bool) -> WritePermit {
        let (lock, request) = (store.lock, request)
        // Not as an owner's own unfinished files are called: the coordinator removes these when it ends a question, nobody earlier.
        return WritePermit(tag: isShared ? "\(lock.tag).\(writer)" : lock.tag) {
            try lock.check()
            if isShared, !Self.sharesFolder(request) { throw PipelineError.stopped }
        }
    }

    /// Whether the correlations go to the run's folder. It is decided once: a token that is gone later says that the question has ended.
    private func isShared() -> Bool {
        if let known = state.withLock({ $0.isShared }) { return known }
        let isShared = !settings.keepsMatrices && Self.sharesFolder(request)
        state.withLock { $0.isShared = isShared }
        return isShared
    }

    /// Whether the coordinator's folder of the run is there under the same name.
    private static func sharesFolder(_ request: SummariseRequest) -> Bool {
        let path = FilePath(request.folder).appending(SummariseRequest.fileName)
        guard let file = try? MappedFile(path) else { return false }
        return file.withBytes { Array($0) == Array(request.token.utf8) }
    }
}
