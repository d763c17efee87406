import Foundation
import Testing

/// A Slurm of two nodes on this machine, with authentication and state of its own; all is gone after the test.
final class SlurmCluster {
    /// Whether this machine has Slurm.
    static let isInstalled = ["munged", "slurmctld", "slurmd", "sbatch", "srun"].allSatisfy { EngineTools.url($0) != nil }

    /// Settings that differ from test to test are written behind these. Ended jobs are remembered until all have ended.
    private static let settings = """
        ClusterName=test
        AuthType=auth/munge
        CredType=cred/munge
        ProctrackType=proctrack/pgid
        TaskPlugin=task/none
        JobAcctGatherType=jobacct_gather/none
        AccountingStorageType=accounting_storage/none
        MpiDefault=none
        ReturnToService=2
        SchedulerType=sched/backfill
        SchedulerParameters=sched_interval=2,sched_min_interval=0,batch_sched_delay=0
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core
        SwitchType=switch/none
        KillWait=2
        MinJobAge=7200
        SlurmdTimeout=30
        PartitionName=p Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP

        """

    /// Where the jobs run and leave their logs.
    private let folder: URL
    /// The files in which daemons keep their process ids.
    private var daemons: [String] = []
    /// Starts a daemon that keeps none of this process's files: Foundation takes a process for ended when its copy of one is closed, and for
    /// running while a daemon holds one.
    private static let detached = """
        for file in /proc/self/fd/*; do number=${file##*/}; if ((number > 2)); then eval "exec $number>&-"; fi; done
        exec "$@"
        """

    /// Starts the cluster and gives it to `body`.
    static func with<Result>(in folder: URL, _ body: (SlurmCluster) throws -> Result) throws -> Result {
        let cluster = SlurmCluster(folder)
        defer { cluster.end() }
        try cluster.start()
        return try body(cluster)
    }

    private init(_ folder: URL) { self.folder = folder }

    private var configuration: String { folder.appendingPathComponent("slurm/slurm.conf").path }

    private func start() throws {
        let home = folder.appendingPathComponent("slurm")
        for name in ["munge", "state", "n1", "n2"] {
            try FileManager.default.createDirectory(
                at: home.appendingPathComponent(name), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        let key = Data((0..<128).map { _ in UInt8.random(in: 0...255) })
        try key.write(to: home.appendingPathComponent("munge/key"))
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: home.appendingPathComponent("munge/key").path)
        let host = try #require(ProcessInfo.processInfo.hostName.split(separator: ".").first)
        // Below the ports that the system gives to connections. A job's number decides the port of the cluster in it, so that those of two
        // Slurms at once must differ.
        let port = Int.random(in: 10_000..<30_000)
        try Data(
            (Self.settings + """
                SlurmctldHost=\(host)(127.0.0.1)
                SlurmctldPort=\(port)
                FirstJobId=\(Int.random(in: 1..<10_000))
                SlurmUser=\(NSUserName())
                SlurmdUser=\(NSUserName())
                AuthInfo=socket=\(home.path)/munge/socket
                StateSaveLocation=\(home.path)/state
                SlurmdSpoolDir=\(home.path)/%n
                SlurmctldPidFile=\(home.path)/controller.pid
                SlurmdPidFile=\(home.path)/%n.pid
                NodeName=n1 NodeHostname=\(host) NodeAddr=127.0.0.1 Port=\(port + 1) CPUs=2 RealMemory=4000 State=UNKNOWN
                NodeName=n2 NodeHostname=\(host) NodeAddr=127.0.0.1 Port=\(port + 2) CPUs=2 RealMemory=4000 State=UNKNOWN

                """).utf8
        ).write(to: URL(fileURLWithPath: configuration))
        let munge = home.appendingPathComponent("munge").path
        try startDaemon(
            "munged",
            [
                "--force", "--key-file=\(munge)/key", "--socket=\(munge)/socket", "--pid-file=\(munge)/pid", "--log-file=\(munge)/log",
                "--seed-file=\(munge)/seed",
            ], identifier: "\(munge)/pid")
        try startDaemon("slurmctld", ["-f", configuration], identifier: "\(home.path)/controller.pid")
        for node in ["n1", "n2"] { try startDaemon("slurmd", ["-f", configuration, "-N", node], identifier: "\(home.path)/\(node).pid") }
        try Patience.wait(for: "two idle nodes") {
            usleep(100_000)
            return try run("sinfo", "--noheader", "--Node", "--format=%T").text.split(separator: "\n").filter { $0 == "idle" }.count == 2
        }
    }

    private func startDaemon(_ name: String, _ arguments: [String], identifier: String) throws {
        daemons.append(identifier)
        let program = try #require(EngineTools.url(name))
        let outcome = try EngineTools.run("bash", ["-c", Self.detached, "bash", program.path] + arguments, in: folder)
        try #require(outcome.status == 0, "\(outcome.text)")
    }

    private func end() {
        // Jobs outlive the daemons.
        _ = try? run("scancel", "--user=\(NSUserName())")
        try? Patience.wait(for: "the jobs' end") {
            usleep(100_000)
            return try jobs().isEmpty
        }
        for file in daemons.reversed() {
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            if let process = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), process > 1 { kill(process, SIGKILL) }
        }
    }

    /// The numbers of the jobs that have not ended, or only of those in one state.
    func jobs(in state: String? = nil) throws -> [Substring] {
        let states = state.map { ["--states=\($0)"] } ?? []
        return try queue(["--format=%A"] + states)
    }

    /// A job that waits to be started.
    private struct WaitingJob: Hashable {
        let number: Substring
        /// How often it has been queued again.
        let restarts: Substring
    }

    private func waitingJobs() throws -> [WaitingJob] {
        try queue(["--Format=JobID,RestartCnt", "--states=PENDING"]).compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 2 ? WaitingJob(number: words[0], restarts: words[1]) : nil
        }
    }

    /// What squeue lists, a line for each job.
    private func queue(_ arguments: [String]) throws -> [Substring] {
        var lines: [Substring] = []
        // An answer without its first line is none: under load a process was taken for ended before it had written anything.
        try Patience.wait(for: "an answer of squeue") {
            lines = try EngineTools.run("squeue", arguments, environment: environment, in: folder).text.split(separator: "\n")
            return lines.first?.hasPrefix("JOBID") == true
        }
        return Array(lines.dropFirst())
    }

    /// What programs need to find this Slurm.
    var environment: [String: String] { ["SLURM_CONF": configuration] }

    /// Runs one of Slurm's commands to its end.
    @discardableResult
    func run(_ command: String, _ arguments: String..., environment: [String: String] = [:]) throws -> (status: Int32, text: String) {
        try EngineTools.run(command, arguments, environment: environment.merging(self.environment) { $1 }, in: folder)
    }

    /// Submits a job.
    ///
    /// - Returns: its number.
    func submit(_ command: String, _ arguments: [String], environment: [String: String]) throws -> String {
        let outcome = try EngineTools.run(
            command, arguments, environment: environment.merging(self.environment) { $1 }, in: folder)
        try #require(outcome.status == 0, "\(outcome.text)")
        return outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until no job is left; those that were queued again need not wait the two minutes that Slurm holds them.
    func finishJobs(seconds: Int = Patience.usual) throws {
        var waiting: [WaitingJob: ContinuousClock.Instant] = [:]
        try Patience.wait(for: "the end of all jobs", seconds: seconds) {
            let (jobs, now) = (try jobs(), ContinuousClock.now)
            let since = waiting
            // By how often it was queued again too: one that was killed twice between two looks begins to wait anew.
            waiting = Dictionary(try waitingJobs().map { ($0, since[$0] ?? now) }) { first, _ in first }
            // Some seconds they do wait: that its killed script has ended would come in late and end the job's next start.
            for (job, since) in waiting where now - since > .seconds(3) {
                try run("scontrol", "update", "jobid=\(job.number)", "StartTime=now")
            }
            usleep(200_000)
            return jobs.isEmpty
        }
    }

    /// A field of a job that has ended, such as `ExitCode`.
    func field(_ name: String, of job: String) throws -> String? {
        let words = try run("scontrol", "show", "job", job).text.split(whereSeparator: \.isWhitespace)
        return words.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
