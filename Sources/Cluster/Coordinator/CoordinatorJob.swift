import Diagnostics
import Glibc
import Pipeline
import Scheduling
import Statistics
import Storage
import SystemPackage

/// A run on a cluster, from its configuration to all of its statistics: the coordinator's whole life.
///
///     let job = CoordinatorJob(configuration: configuration, folder: folder, placement: placement, settings: settings, context: context)
///     try job.run { planned in … }   // the analysis
public struct CoordinatorJob {
    /// What is asked for.
    public let configuration: Configuration
    /// Where the run goes.
    public let folder: RunFolder
    /// How it is spread.
    public let placement: ClusterPlacement
    /// How the coordinator works.
    public let settings: CoordinatorSettings
    /// Threads, progress, a way to be stopped.
    public let context: JobContext
    /// Where it is the pilot of a screened run: what it leaves to that.
    private let handover: PilotHandover?

    /// A run of a configuration on a cluster.
    public init(
        configuration: Configuration, folder: RunFolder, placement: ClusterPlacement, settings: CoordinatorSettings, context: JobContext
    ) {
        self.init(
            configuration: configuration, folder: folder, placement: placement, settings: settings, context: context, pilotOf: nil)
    }

    init(
        configuration: Configuration, folder: RunFolder, placement: ClusterPlacement, settings: CoordinatorSettings, context: JobContext,
        pilotOf handover: PilotHandover?
    ) {
        self.handover = handover
        self.configuration = configuration
        self.folder = folder
        self.placement = placement
        self.settings = settings
        self.context = context
    }

    /// Has all statistics computed that the plan asks for and that are not there yet.
    ///
    /// - Parameters:
    ///   - begin: called with the run's folder when the run is this process's and its plan is made: what says how the run goes on may change
    ///     from here on. For a screened run that has no plan yet it is called with the pilot's folder first.
    ///   - use: what is done with the statistics, such as the analysis; the run stays this process's until it is over.
    /// - Returns: what `use` gives.
    /// - Throws: `PipelineError.stopped` when asked to stop; `.pilotAboveBudget`; `.statisticsElsewhere` where a coordinator is to start
    ///   reducers of its own and they are with others; `ClusterError.endpointTaken`, `.endpointUnusable`, `.auditOfAnyKernels`,
    ///   `.tasksFailed`, `.cancelled`, `.notComplete` of what is to be gathered; `StorageError.locked` when another process owns the run;
    ///   errors of the inputs and the disk, and what `begin` and `use` throw. Started again, it goes on where it was.
    public func run<Result>(begin: (RunFolder) throws -> Void = { _ in }, _ use: (PlannedRun) throws -> Result) throws -> Result {
        try checkAudits(haveSameIntegers: configuration.kernels != .any)
        // Nothing is left where a run cannot begin. Whoever has a run already is told first who else works on it.
        if listensForOthers, !folder.hasPlan { try settings.endpoint.checkIsFree() }
        let owned = try OwnedRun(folder, of: configuration, context: context)
        return try withExtendedLifetime(owned) {
            let stores = ReducerStores(folder: folder, context: context, checkOwner: owned.check)
            let intakes = try settings.children.flatMap { _ in try ReducerRegistry.KeptIntakes(at: folder.reducerClaims) }
            try stores.gather()
            let placement = try checkedPlacement()
            if settings.children != nil { try owned.checkStatisticsAreNotElsewhere() }
            let pilot = PilotHandover(of: folder)
            let run = try owned.plan {
                // Before a large corpus is read. Who listens already is found again when this process listens itself.
                if listensForOthers { try settings.endpoint.checkIsFree() }
                return try prepare(placement, pilot, begin: begin)
            }
            // Its candidates are all that was missing. What is damaged is asked for again.
            if handover != nil, run.hasSoundStatistics() { return try use(run) }
            // A machine whose kernels have no name plans `any` by itself.
            try checkAudits(haveSameIntegers: run.plan.hasSameIntegers)
            if let parts = settings.gathers {
                if try GatheredRun(run: run, parts: parts).isComplete() {
                    context.logger.notice("everything is here already: no reducer is asked")
                    return try use(run)
                }
                guard try haveReducersMore(of: run, parts) else { return try use(run) }
            }
            if try isComplete(run) {
                let tasks = CountText.of(run.tasks.count, "task")
                context.logger.info("\(tasks) done already, and no reducer is asked: only the results are made again")
                return try use(run)
            }
            try begin(folder)
            try run.store.create(on: context.files)
            run.forgetModels()
            if settings.children != nil {
                // Reducers of its own know by their stores who they are and what is done.
                try context.removeDamagedPartials(in: run.store)
                try run.store.foldStaged(team: context.team, on: context.files, checkOwner: owned.check)
                try context.files.remove(folder.reducerClaims)
                try stores.scatter(run.plan)
                try nameStores(of: run.plan)
                try intakes?.write(to: folder.reducerClaims, on: context.files)
            }
            let epoch = configuration.isScreened ? PilotHandover.epoch(ofRunOwnedBy: owned.epoch) : owned.epoch
            let coordinator = try coordinate(run, epoch: epoch, behind: pilot, checkOwner: owned.check)
            let result = Swift.Result {
                try coordinator.answer {
                    try stores.gather()
                    return try use(run)
                }
            }
            if let handover {
                handover.keep(coordinator.address, of: settings.children == nil ? coordinator.endpoint : nil)
                return try result.get()
            }
            if let rounds = settings.rounds, !rounds.areOver {
                rounds.keep(coordinator.address)
                return try result.get()
            }
            if case .success = result { coordinator.areResultsMade = true }
            if !coordinator.isEnding { try coordinator.sayFarewell() }
            let value = try result.get()
            try coordinator.attendWatchers()
            return value
        }
    }

    /// Whether it waits for workers and reducers that others start, to have something computed.
    private var listensForOthers: Bool { settings.children == nil && settings.gathers == nil }

    /// Whether only the results are to be made again, of what lies in the run's folder. What the ledger has in doubt is for reducers to tell.
    private func isComplete(_ run: PlannedRun) throws -> Bool {
        guard settings.children == nil, settings.gathers == nil, !settings.waitsWhenComplete, !settings.rebuildsLedger,
            Folder.holdsFile(Ledger.path(in: folder)),
            try configuration.isScreened ? (try? run.hasStatistics()) == true : run.hasResultsOfFindings()
        else { return false }
        return (try? LedgerJob(folder: folder, isCoordinator: true).isComputed()) == true
    }

    /// Audits compare integers, which have to be the same then.
    private func checkAudits(haveSameIntegers: Bool) throws {
        guard haveSameIntegers || settings.policy.audit == 0 || settings.gathers != nil else { throw ClusterError.auditOfAnyKernels }
    }

    /// Nobody shall wait for reducers to be told what the ledger knows. Where it is lost, they know what is computed.
    ///
    /// - Returns: whether reducers can have anything of the parts that is not here.
    /// - Throws: `ClusterError.notComplete` where tasks are left to be done; `StorageError` where the store cannot be read.
    private func haveReducersMore(of run: PlannedRun, _ parts: GatheredParts) throws -> Bool {
        guard Folder.holdsFile(Ledger.path(in: folder)) else { return true }
        let (scheduler, _) = try LedgerJob(folder: folder, isCoordinator: true).scheduler()
        let failed = scheduler.count(of: .failed)
        guard scheduler.count(of: .done) + failed == scheduler.taskCount else { throw ClusterError.notComplete(folder.path) }
        if failed == 0 { return true }
        // The analysis makes the matrices, and there was none.
        guard parts.contains(.statistics) else {
            context.logger.notice("tasks were given up, so that there are no matrices: no reducer is asked")
            return false
        }
        guard try GatheredRun(run: run, parts: .statistics).hasAllDone(of: scheduler) else { return true }
        context.logger.notice("everything that is done is here already: no reducer is asked")
        return false
    }

    /// Reducers that others start keep what they were given, and those that were given up are asked for no more.
    private func checkedPlacement() throws -> ClusterPlacement {
        let file = folder.reducerClaims
        guard settings.children == nil, folder.hasPlan, Folder.holdsFile(file) else { return placement }
        let plan = try RunPlan.read(folder.plan)
        guard plan.reducers != nil else { return placement }
        var placement = placement
        placement.lostReducers = try ReducerRegistry(plan.reducerIndices, plan: plan.identity, path: file).lost.count
        guard placement.isKept(by: plan) else {
            throw ClusterError.otherReducers(planned: plan.reducerIndices.count, asked: placement.reducers)
        }
        return placement
    }

    private func nameStores(of plan: RunPlan) throws {
        for index in Set(plan.reducers ?? []) {
            try JSONFile.write(
                StoreIdentity(plan: plan.identity, index: index),
                to: folder.reducers.appending("\(index)").appending(StoreIdentity.fileName), on: context.files)
        }
    }

    /// Has everything computed.
    ///
    /// - Returns: the coordinator, which has told workers and reducers of the end, unless those that others have started may be needed for
    ///   another round.
    private func coordinate(
        _ run: PlannedRun, epoch: Int, behind pilot: PilotHandover, checkOwner: @escaping @Sendable () throws -> Void
    ) throws -> Coordinator {
        var settings = settings
        settings.policy.comparesIntegers = run.plan.hasSameIntegers
        if settings.policy.audit > 0 { settings.policy.auditSalt = try AuditSalt.kept(in: folder) }
        let sockets = try settings.children.map { _ in try TemporarySockets() }
        // Where those that were here for the pilot look for it.
        if let endpoint = pilot.endpoint { settings.endpoint = endpoint }
        if let sockets { settings.endpoint = try Endpoint(ipc: sockets.folder.appending("c")) }
        let coordinator = try Coordinator(run, settings: settings, epoch: epoch, in: settings.messages, context: context)
        coordinator.sockets = sockets
        if handover != nil { coordinator.lastWork = "the candidates are chosen of the pilot's statistics" }
        // Before the file is written anew that goes with it.
        settings.rounds?.keep(nil)
        pilot.release()
        let places = [folder] + (handover.map { [$0.folder] } ?? [])
        coordinator.address = try PostedAddress(coordinator.endpoint, token: coordinator.token, in: places)
        if let children = settings.children, let sockets {
            coordinator.children = try ChildProcesses(
                children, coordinator: coordinator.endpoint, folder: sockets.folder, stores: folder.reducers,
                logger: context.logger)
        }
        defer { coordinator.children?.end(after: 0) }
        var outcome = try coordinator.work()
        while hasSomethingToFinish(outcome), try !finish(with: coordinator, checkOwner: checkOwner) {
            outcome = try coordinator.outcome ?? coordinator.work()
        }
        if outcome == .complete, settings.rounds != nil || handover != nil, settings.children == nil { return coordinator }
        try coordinator.sayFarewell()
        coordinator.children?.end(after: 10)
        if settings.gathers != nil, hasSomethingToFinish(outcome) { return coordinator }
        if outcome != .complete { try coordinator.attendWatchers() }
        switch outcome {
        case .complete: return coordinator
        case .cancelled: throw ClusterError.cancelled((handover?.folder ?? folder).path.string)
        case .incomplete: throw ClusterError.tasksFailed(of: coordinator.scheduler, at: coordinator.now, in: handover?.folder ?? folder)
        }
    }

    /// Whether reducers elsewhere are needed once no task is left: also where some were given up, if all that is there shall be gathered.
    private func hasSomethingToFinish(_ outcome: RunOutcome) -> Bool {
        switch outcome {
        case .complete: settings.children == nil
        case .incomplete: settings.gathers != nil
        case .cancelled: false
        }
    }

    /// Does what is to be done with the numbers of reducers elsewhere.
    ///
    /// - Returns: false when the run was cancelled meanwhile, or a reducer was given up and there is work again.
    private func finish(with coordinator: Coordinator, checkOwner: @escaping @Sendable () throws -> Void) throws -> Bool {
        if let parts = settings.gathers { return try coordinator.gather(parts, checkOwner: checkOwner) }
        // A pilot's candidates, and what follows from them, are found in the statistics as a whole.
        if handover != nil || configuration.isScreened { return try coordinator.gatherForAnalysis(checkOwner: checkOwner) }
        return try coordinator.summarise(checkOwner: checkOwner)
    }
}
