import Foundation
import Kernels
import Logging
import Pipeline

/// What a command has around it while it works: log, progress, the wish to stop, and where its result goes.
struct Session {
    let log: Logger
    let progress: any ProgressReporter
    let stop: StopRequest
    private let asJSON: Bool

    /// Sets up standard error as the options and the environment ask.
    ///
    /// - Throws: `PipelineError.invalidEnvironment` for an unknown `UN_LOG`.
    init(_ options: ReportOptions, label: String) throws {
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

    /// Makes Ctrl-C a request that the job sees.
    func listenForSignals() { StopSignals.install(stop) }

    /// Makes OpenBLAS run the kernels of `family` (nil: the best of this machine), if need be by starting the program again; call it
    /// before anything that computes and before any output.
    func selectKernels(_ family: KernelFamily?) throws -> KernelSelection.Outcome {
        let outcome = try KernelSelection.select(family)
        log.info("\(outcome)")
        return outcome
    }

    /// Prints the result of the command: as JSON where `--json` asks for it, else as text.
    func finish(_ result: some Encodable, text: () -> String) throws {
        StandardError.shared.clearStatus()
        try StandardOutput.write(asJSON ? JSONText.of(result) : text())
    }
}
