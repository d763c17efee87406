import Analysis
import Foundation
import Kernels
import Logging
import Pipeline
import Reporting
import Storage

/// What a command has around it while it works: log, progress, the wish to stop, and where its result goes.
struct Session {
    let log: Logger
    let progress: any ProgressReporter
    let stop: StopRequest
    private let asJSON: Bool

    /// Sets up standard error as the options and the environment ask.
    ///
    /// - Throws: `PipelineError.invalidEnvironment` for an unknown `UN_LOG`.
    init(_ options: OutputOptions, label: String) throws {
        let level = try options.logLevel(environment: ProcessInfo.processInfo.environment)
        LoggingSystem.bootstrap { label in LogLines(label: label, level: level) }
        log = Logger(label: label)
        if level > .info {
            progress = SilentProgress()
        } else if StandardError.shared.isTerminal {
            progress = ProgressBar(log: log)
        } else {
            progress = ProgressLines(log: log)
        }
        stop = StopRequest()
        asJSON = options.json
    }

    /// Makes Ctrl-C a request that the job sees, and a second one another where the job has one.
    func listenForSignals(second: StopRequest? = nil) { StopSignals.install(stop, second: second) }

    /// What a job is given: the machine within the limits that were asked for.
    func context(threads: Int?, memory: MemorySize?) -> JobContext {
        // A fifth is left to the rest of the machine, and to what the plan cannot foresee.
        let free = MachineMemory.current.available / 5 * 4
        return JobContext(
            team: ThreadTeam(count: threads ?? ThreadTeam.coresOfThisProcess), memory: memory?.bytes ?? free, progress: progress,
            stop: stop,
            logger: log)
    }

    /// Makes ready for work on a run: its kernels, Ctrl-C, and the machine within the limits that were asked for, or else the plan's.
    ///
    /// - Parameters:
    ///   - isComputing: whether figures of the run are computed here; else the plan's kernels need not run on this machine.
    ///   - level: as for `selectKernels(_:level:)`.
    /// - Throws: `PipelineError.planMissing`; `KernelsError`.
    func context(
        planIn folder: RunFolder, _ resources: ResourceOptions, isComputing: Bool = true, level: Logger.Level = .debug
    ) throws -> JobContext {
        let limits = try resources.limits(planIn: folder)
        // Where each machine has kernels of its own, answers are known by them.
        if try isComputing || !RunPlan.read(folder.plan).hasSameIntegers { try selectKernels(planIn: folder, level: level) }
        listenForSignals()
        return context(threads: limits.threads, memory: limits.memory)
    }

    /// Makes OpenBLAS run the kernels of the plan in `folder`; where there is none, those that a configuration asks for.
    func selectKernels(planIn folder: RunFolder, else choice: KernelChoice? = nil, level: Logger.Level = .info) throws {
        // A screened run that was stopped early has its pilot's plan only.
        let plan = [folder, folder.pilot].first(where: \.hasPlan)?.plan
        let planned = try plan.flatMap { KernelFamily(rawValue: try RunPlan.read($0).numbers.kernels) }
        try selectKernels(choice?.family ?? planned, level: level)
    }

    /// Makes OpenBLAS run the kernels of `family` (nil: the best of this machine), if need be by starting the program again; call it
    /// before anything that computes and before any output.
    ///
    /// - Parameter level: how loud that is said: `.info` where a run's statistics are made, `.debug` where they are there already and nobody
    ///   asks again; what keeps the faster kernels away is for everybody.
    @discardableResult
    func selectKernels(_ family: KernelFamily?, level: Logger.Level = .info) throws -> KernelSelection.Outcome {
        let outcome = try KernelSelection.select(family)
        log.log(level: outcome.better == nil && outcome.lacking == nil ? level : .info, "\(outcome)")
        return outcome
    }

    /// Prints the result of the command: as JSON where `--json` asks for it, else as text.
    ///
    /// - Parameter isPretty: whether JSON is indented, or in one line.
    func finish(_ result: some Encodable, isPretty: Bool = true, text: () -> String) throws {
        StandardError.shared.clearStatus()
        try StandardOutput.write(
            asJSON ? String(decoding: JSONFile.encode(result, isPretty: isPretty, keys: .convertToSnakeCase), as: UTF8.self) : text())
    }

    /// Writes the report of an analysis, and prints its headline: `summary.json` where `--json` asks for JSON.
    ///
    /// - Parameters:
    ///   - isMissingExpected: whether nobody needs to be told which shards are not there.
    ///   - goal: what became of an aim that was set, for the text.
    /// - Throws: what writing throws.
    func finish(_ outcome: AnalysisOutcome, isMissingExpected: Bool = false, goal: String? = nil) throws {
        let report = try write(outcome)
        // A dozen shows the pattern; `inspect --json` has all.
        for line in outcome.missing.prefix(isMissingExpected ? 0 : 12) { log.warning("missing: \(line)") }
        let missing = outcome.missing.count
        if missing > 0 { log.info("\(AmountText.count(missing, "shard")) not in the analysis, or not in all of its blocks") }
        try finish(outcome.summary) { "\(report.summary)\n" + (goal.map { "  goal      \($0)\n" } ?? "") }
    }

    /// Writes the report of a run and prints its headline; analyses the run before that, unless nothing has changed since it was.
    ///
    /// - Throws: as `AnalyzeRun.run`, and what writing throws.
    func finish(_ analysis: AnalyzeRun) throws {
        if try !finishKept(analysis) { try finish(try analysis.run()) }
    }

    /// - Returns: whether the results are kept, and the report was written of them; else nothing of them is held any more.
    private func finishKept(_ analysis: AnalyzeRun) throws -> Bool {
        guard let results = try analysis.kept(), let report = try RunReport(results) else { return false }
        log.info("the results are those of these statistics: the report alone is written again")
        try withExtendedLifetime(results) { try report.write() }
        try finish(results.summary) { "\(report.summary)\n" }
        return true
    }

    /// Says what a run's results, or its statistics, do without; nothing where that is nil.
    func warn(of incompleteness: Incompleteness?, in folder: RunFolder) {
        if let incompleteness { log.warning("\(folder.path) is not complete: \(incompleteness.sentence)") }
    }

    /// Writes the report of an analysis.
    @discardableResult
    func write(_ outcome: AnalysisOutcome) throws -> RunReport {
        let report = try RunReport(outcome)
        try report.write()
        return report
    }
}
