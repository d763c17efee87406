import Foundation

/// A coordinator, workers and reducers that were started one by one, over tcp with keys: each outlasts the others.
final class SeparateProcesses: ChaosProcesses {
    /// A worker or a reducer.
    private struct Member {
        /// Its command.
        let command: String
        /// Its number among those of the same command.
        let index: Int
        /// The last process that was it; nil before it was started.
        var program: StartedProgram?
    }

    private let cluster: StartedCluster
    private let options: [String]
    private var members: [Member]
    /// All that were started, coordinators too.
    private var started: [StartedProgram] = []
    private(set) var coordinator: Int32 = 0
    let stores: [URL]
    let endTogether = false

    /// The processes of a run in `out`, of which none is started.
    ///
    /// - Parameter options: the coordinator's.
    /// - Throws: what making the keys throws.
    init(_ run: TinyRun, workers: Int, reducers: Int, options: [String]) throws {
        try run.program("keys", "init", "keys")
        cluster = StartedCluster(run: run, keys: "keys")
        self.options = ["--reducers", "\(reducers)"] + options
        members =
            (0..<reducers).map { Member(command: "reducer", index: $0) } + (0..<workers).map { Member(command: "worker", index: $0) }
        stores = (0..<reducers).map { run.folder.appendingPathComponent("store\($0)") }
    }

    var others: [ProcessTree.Child] {
        members.compactMap { member in
            guard let process = member.program?.process, process.isRunning else { return nil }
            return ProcessTree.Child(process: process.processIdentifier, command: member.command)
        }
    }

    var problem: String? {
        for member in members {
            guard let process = member.program?.process, !process.isRunning else { continue }
            let status = BuiltProgram.status(of: process)
            if status != 0, status != 128 + SIGKILL { return "\(member.command) \(member.index) ended with \(status)" }
        }
        return nil
    }

    var log: String { started.map(\.errors).joined() }

    func start() throws -> StartedProgram {
        let finished = started.isEmpty ? [] : sentHome()
        let program = try cluster.coordinator(options, log: "coordinator-\(started.count)")
        started.append(program)
        coordinator = program.process.processIdentifier
        try revive(finished)
        return program
    }

    /// The places of those whose work was over when their coordinator was killed, in the middle of its farewell or behind it: its successor
    /// waits for reducers, and whoever starts it again starts them too.
    private func sentHome() -> Set<Int> {
        func finished() -> Set<Int> {
            Set(
                members.indices.filter { place in
                    members[place].program.map { !$0.process.isRunning && BuiltProgram.status(of: $0.process) == 0 } ?? false
                })
        }
        // Who has heard it ends in a moment; where one has, the others may have.
        usleep(300_000)
        guard !finished().isEmpty else { return [] }
        sleep(2)
        return finished()
    }

    func revive() throws { try revive([]) }

    /// - Parameter finished: places of those that are started again though they have ended by themselves.
    private func revive(_ finished: Set<Int>) throws {
        for (place, member) in members.enumerated() {
            if let process = member.program?.process {
                guard !process.isRunning || !ProcessTree.isAlive(process.processIdentifier) else { continue }
                process.waitUntilExit()
                // Whoever else has ended by itself had its work done, or is a problem.
                guard finished.contains(place) || BuiltProgram.status(of: process) == 128 + SIGKILL else { continue }
            }
            let log = "\(member.command)\(member.index)-\(started.count)"
            let program = member.command == "reducer" ? try cluster.reducer("store\(member.index)", log: log) : try cluster.worker(log)
            started.append(program)
            members[place].program = program
        }
    }

    func leases() throws -> Int { try cluster.run.openLeases() }

    func end() {
        for program in started where program.process.isRunning {
            kill(program.process.processIdentifier, SIGKILL)
            program.process.waitUntilExit()
        }
    }
}
