import Diagnostics
import Glibc
import Scheduling
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Cluster

@Suite("Processes that a coordinator has started", .serialized)
struct ChildProcessesTests {
    private let folder: TemporaryFolder
    private let log = RecordedLog()

    init() throws { folder = try TemporaryFolder() }

    /// One worker that ends at once, of which nobody knows how often it has in the last minute.
    private func children(_ script: String) throws -> ChildProcesses {
        let program = folder.file("program")
        try DurableFile.replace(program, with: "#!/bin/sh\n\(script)\n")
        #expect(chmod(program.string, 0o700) == 0)
        return try ChildProcesses(
            ChildPlan(workers: 1, reducers: 0, program: program, threads: 1, memory: 1 << 30),
            coordinator: Endpoint(ipc: folder.file("c")), folder: folder.file("scratch"), stores: folder.file("stores"),
            logger: log.logger, window: .zero)
    }

    /// Watches until so many have ended, or nobody is started again.
    ///
    /// - Returns: who has ended, and why no other one is started.
    private func watch(
        _ children: ChildProcesses, ends: Int = .max, died: (WorkerID) -> Void = { _ in }
    ) throws -> (dead: [WorkerID], error: ClusterError?) {
        var dead: [WorkerID] = []
        do {
            let isOver = try eventually {
                try children.watch { worker, _, _ in
                    dead.append(worker)
                    died(worker)
                    return true
                }
                return dead.count >= ends
            }
            #expect(isOver)
        } catch let error as ClusterError {
            return (dead, error)
        }
        return (dead, nil)
    }

    @Test(
        "that end ten times by themselves with nothing done are not started again, however long that took; a full disk's 75 is passed on",
        arguments: [(75, 75), (1, 70)] as [(Int32, Int32)])
    func inVain(status: Int32, passedOn: Int32) throws {
        let (dead, error) = try watch(children("echo 'error: no room' >&2; exit \(status)"))
        #expect(dead.count == 10 && Set(dead).count == 10, "\(dead)")
        #expect(error?.exitStatus.rawValue == passedOn, "\(String(describing: error))")
        #expect(error?.message.contains("(exit code \(status))") == true, "\(String(describing: error))")
    }

    @Test("that have done something before they end are started again, and so are those that somebody kills")
    func notInVain() throws {
        let working = try children("exit 75")
        let (dead, error) = try watch(working, ends: 15) { working.note(taskOf: $0) }
        #expect(dead.count == 15 && error == nil, "\(String(describing: error))")
        working.end(after: 0)
        let killed = try children("kill -9 $$")
        let (others, otherError) = try watch(killed, ends: 12)
        #expect(others.count == 12 && otherError == nil, "\(String(describing: otherError))")
        killed.end(after: 0)
    }
}
