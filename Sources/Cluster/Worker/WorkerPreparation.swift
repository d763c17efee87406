import Checkpoints
import Diagnostics
import Kernels
import Pipeline
import Statistics
import Storage
import SystemPackage

/// Brings a worker from its first word to an opened plan or question.
struct WorkerPreparation {
    let settings: WorkerSettings
    let link: CoordinatorLink
    let scratch: WorkerScratch
    let stop: StopRequest
    let log: WorkerLog

    /// What a worker has opened.
    enum Opened {
        /// A run's plan.
        case run(Welcome, PreparedPlan)
        /// A question about neurons of a run.
        case question(Inquiry, PreparedQuestion)
    }

    /// How often it asks again for what it can make nothing of: what is sent again is most often the same.
    static let attempts = 3
    /// Milliseconds before a worker that stays asks for the next job.
    static let betweenJobs: Int64 = 2_000
    /// Characters of a refusal's reason that travel.
    private static let longestReason = 500

    /// Introduces the worker and opens the plan or the question that it is answered with.
    ///
    /// - Throws: `ClusterError.turnedAway`, `.jobUnusable` after as many answers as it takes that it can make nothing of, unless it stays for
    ///   the next question; `WorkerEnd.finished`, `PipelineError.endedWhileIdle` where it is stopped before any answer, and as `prepare`.
    func start() throws -> Opened {
        var refused = 0
        while true {
            if stop.isRaised { throw PipelineError.endedWhileIdle }
            try link.introduce()
            guard let message = try link.wait(milliseconds: 100) else { continue }
            try link.checkEnd(message)
            do {
                switch message.kind {
                case .welcome:
                    let welcome = try message.body(as: Welcome.self)
                    return .run(welcome, try prepare(welcome, payload: message.payload))
                case .inquiry:
                    let inquiry = try message.body(as: Inquiry.self)
                    return .question(inquiry, try prepare(inquiry, payload: message.payload))
                default: continue
                }
            } catch let refusal as MessageRefusal {
                link.drop(refusal)
                refused += 1
                // Whoever asks would wait for it for ever.
                if message.kind == .inquiry {
                    let reason = String("\(refusal)".prefix(Self.longestReason))
                    let question = (try? message.body(as: Inquiry.self))?.question
                    try link.send(.inquiryRefused, InquiryRefusal(worker: link.name, question: question, reason: reason))
                }
                guard refused >= Self.attempts else { continue }
                guard settings.stays, message.kind == .inquiry else {
                    throw ClusterError.jobUnusable(attempts: refused, reason: "\(refusal)")
                }
                // It is no matter of the questions that come behind it.
                log.warning("a question of no use: \(refusal); the next one at the same address is waited for")
                refused = 0
                try link.pause(milliseconds: Self.betweenJobs, stop: stop)
            }
        }
    }

    /// Reads the plan that came with a welcome, from the scratch folder.
    ///
    /// - Throws: `MessageRefusal`, `PipelineError`, `StorageError`.
    func plan(_ welcome: Welcome, payload: [ReceivedFrame]) throws -> RunPlan {
        try scratch.create()
        try PlanFiles.write(payload.dropLast(), of: .welcome, to: scratch.plan)
        let plan = try RunPlan.read(scratch.plan.plan)
        guard plan.identity == welcome.plan else {
            throw MessageRefusal.body(.welcome, problem: "the plan is not the one that it names")
        }
        guard welcome.owners.count == plan.layout.groups.count, welcome.owners.allSatisfy({ (0..<plan.layout.groups.count).contains($0) })
        else { throw MessageRefusal.body(.welcome, problem: "it does not give each column group to a reducer") }
        return plan
    }

    /// Opens the plan of a welcome: kernels, models, fingerprint.
    ///
    /// - Throws: `KernelsError`, `PipelineError` (`.kernelsDiffer`, `.modelNotReachable`, `.memoryTooSmall`, `.stopped` …), `StorageError`,
    ///   `MessageRefusal`.
    func prepare(_ welcome: Welcome, payload: [ReceivedFrame]) throws -> PreparedPlan {
        let kernels = try plan(welcome, payload: payload).numbers.kernels
        // The process may execute itself again here, and would leave the folder behind.
        scratch.remove()
        try settings.selectKernels(KernelFamily(rawValue: kernels))
        let plan = try plan(welcome, payload: payload)
        // Before a model is fetched.
        try plan.checkBits(with: settings.checkBits)
        let context = JobContext(team: ThreadTeam(count: settings.threads), memory: settings.memory, stop: stop)
        let folders = try openModels(of: plan, context: context)
        let prepared = try PreparedPlan(
            plan: plan, in: scratch.plan, basis: try fetchDirections(of: plan, context: context), folders: folders,
            memory: settings.memory, context: context)
        log.info("checking the plan's fingerprint")
        try prepared.computer.checkKernels(row: try firstRow(welcome, payload: payload, of: plan), stop: stop)
        // It has loaded whole models; a lease loads what it needs.
        prepared.computer.forget()
        return prepared
    }

    private func openModels(of plan: RunPlan, context: JobContext) throws -> [String: ModelFolder] {
        var folders: [String: ModelFolder] = [:]
        for model in plan.numbers.models { folders[model.id] = try open(model, of: plan, context: context) }
        return folders
    }

    /// Opens a model where it lies, or else as it comes from the coordinator.
    ///
    /// - Throws: `PipelineError.modelNotReachable`, `.stopped` and as `ModelFinder.open`; `StorageError`, what ends the worker.
    func open(_ model: PlannedModel, of plan: RunPlan, context: JobContext) throws -> ModelFolder {
        do {
            return try ModelFinder(cache: settings.modelCache, context: context).open(model, of: plan)
        } catch {
            try stop.check()
            // Nothing is to be done about it, whatever the remedy.
            let reason = (error as? any DiagnosedError)?.message ?? "\(error)"
            log.info("model \(model.id) is fetched from the coordinator: \(reason)")
            let fetch = ModelFetch(link: link, cache: settings.modelCache, team: context.team, stop: stop, log: log)
            do {
                guard let folder = try fetch.folder(of: model.digest) else { throw error }
                return folder
            } catch let trouble as ModelUnavailable {
                let path = plan.configuration.models.first { $0.id == model.id }?.path ?? settings.modelCache
                throw PipelineError.modelNotReachable(model: model.id, path: path, reason: trouble.reason)
            }
        }
    }

    /// The directions that the plan's columns are projections on, from the folder of copies or the coordinator; nil where they lie in no files.
    private func fetchDirections(of plan: RunPlan, context: JobContext) throws -> BasisFolder? {
        guard let digest = plan.numbers.basis?.digest else { return nil }
        let fetch = ModelFetch(link: link, cache: settings.modelCache, team: context.team, stop: stop, log: log)
        func notReachable(_ reason: String) -> PipelineError {
            .directionsNotReachable(digest: digest.hex, folder: settings.modelCache, reason: reason)
        }
        do {
            guard let found = try fetch.directions(digest, of: plan) else { throw notReachable("the coordinator does not have them") }
            return found
        } catch let trouble as ModelUnavailable {
            throw notReachable(trouble.reason)
        }
    }

    private func firstRow(_ welcome: Welcome, payload: [ReceivedFrame], of plan: RunPlan) throws -> ShardRows {
        let corpus = plan.numbers.corpus
        let bytes = payload.last?.bytes ?? []
        guard bytes.count == 4 * corpus.context else {
            throw MessageRefusal.body(.welcome, problem: "the first row has \(bytes.count) bytes")
        }
        let tokens = bytes.withUnsafeBytes { TokenFrame.tokens(in: $0) }
        guard tokens.allSatisfy({ (0..<Int32(corpus.vocabulary)).contains($0) }) else {
            throw MessageRefusal.body(.welcome, problem: "a token is outside the vocabulary")
        }
        return ShardRows(
            context: corpus.context, indices: [welcome.firstRow.index], domains: [welcome.firstRow.domain], tokens: tokens)
    }
}
