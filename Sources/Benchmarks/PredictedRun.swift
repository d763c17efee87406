import Foundation
import Kernels
import Pipeline
import Storage
import SystemPackage

/// What `plan` says of a run, and what the run then takes: a real process where there is a program to start, else within this one.
struct PredictedRun {
    /// What is run.
    struct Job {
        /// What it is, for people.
        let name: String
        let configuration: Configuration
        /// The file that it was read from, and options that say what is not in the file.
        let file: FilePath
        var options: [String] = []
        let run: RunFolder
    }

    /// What is predicted.
    let cost: PlanCost
    /// Seconds from the plan to the tables.
    private(set) var seconds = 0.0
    /// Bytes of the run's folder at its end.
    private(set) var folder = 0
    /// The most of it on the way; nil where there was no process to look at.
    private(set) var folderAtMost: Int?
    /// The most that the process had in memory; nil where there was none.
    private(set) var memory: Int?

    /// Seconds between looks at the folder, of some hundred files: what is in it for less than a second fills no disk, and the look must be no
    /// load beside the run.
    private static let look = 1.0

    /// Plans a run, asks what it will take, and runs it.
    ///
    /// - Throws: errors of the run; `BenchmarkError.processFailed`.
    init(_ job: Job, _ configuration: BenchmarkConfiguration) throws {
        // As `run` has it where nothing is said, but the same for both, in whole megabytes.
        let megabytes = (MachineMemory.current.available / 5 * 4) >> 20
        let context = JobContext(team: configuration.team, memory: megabytes << 20)
        do {
            let planned = try PlanJob(configuration: job.configuration, folder: job.run, context: context).run()
            cost = try planned.cost(context: context)
        }
        guard let program = configuration.program else {
            seconds = try PairedTimes.seconds {
                _ = try RunJob(configuration: job.configuration, folder: job.run, context: context).run()
                _ = try AnalyzeRun(folder: job.run, context: context).run()
            }
            folder = FolderBytes.of(job.run.path)
            return
        }
        let limits = ["--threads", "\(configuration.team.count)", "--memory", "\(megabytes)M"]
        let arguments = ["run", job.file.string, "--output", job.run.path.string, "--quiet"] + limits + job.options
        var (peak, most) = (0, 0)
        seconds = try PairedTimes.seconds {
            var last = ContinuousClock.now
            try MeasuredProcess(
                "run", program: program, arguments: arguments, in: job.run.path.removingLastComponent()
            ).finish {
                peak = max(peak, $0.peak)
                guard ContinuousClock.now - last > .seconds(Self.look) else { return }
                last = .now
                most = max(most, FolderBytes.of(job.run.path))
            }
        }
        folder = FolderBytes.of(job.run.path)
        (memory, folderAtMost) = (peak, max(most, folder))
    }
}
