import FaultInjection
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("A reducer whose disk fails once, or for good")
struct ReducerFaultTests {
    /// As many parcels as show a second fold onto a first; each more adds a second or two to the test.
    private static let parcels = 2

    private enum Stuck: Error { case reducing }

    /// A reducer on a disk, a worker with parcels for it, and what the store must hold in the end.
    private struct Play {
        let stage: ReducerStage
        let worker: TestWorker
        let tasks: [TaskID]

        init() throws {
            stage = try ReducerStage()
            // What it waits for most is the next heartbeat.
            stage.heartbeats = 20
            worker = try stage.worker("worker")
            tasks = Array(stage.parcels.tasks.prefix(ReducerFaultTests.parcels))
            for task in tasks { worker.add(try stage.parcels.parcel(task, from: "worker")) }
        }

        /// Lets a reducer take and fold everything, unless it cannot.
        func reduce(on files: FaultyFiles) throws {
            let reducer = try stage.start(files: files)
            let store = stage.parcels.plan.store(at: stage.store)
            let isOver = try stage.eventually {
                if reducer.hasEnded || files.isDead { return true }
                return try worker.parcels.isEmpty && store.stagedFiles().isEmpty
            }
            guard isOver else { throw Stuck.reducing }
            guard reducer.hasEnded || files.isDead else { return }
            // How it ends without a disk is no matter: the machine is down.
            _ = try? stage.stopLast()
            try files.restart()
            try stage.start()
        }

        /// Whether everything has come, once.
        func isRight() throws -> Bool {
            guard try stage.eventually({ worker.parcels.isEmpty }), worker.refused.isEmpty else { return false }
            let expected = stage.parcels.inventory { tasks.contains($0) ? "worker" : nil }
            return try stage.flush() == expected
        }
    }

    @Test(
        "loses nothing and takes nothing twice, whichever operation fails, is torn, or is the last before the power goes (UN_ALL=1 for all faults)"
    )
    func everyOperation() async throws {
        let calm = try Play()
        let counting = FaultyFiles(.failure, at: .max)
        try calm.reduce(on: counting)
        #expect(try calm.isRight())
        let operations = counting.count
        #expect(operations > 30)
        // On threads of their own: each mostly waits.
        let problems = try await withThrowingTaskGroup(of: [String].self) { group in
            for lane in 0..<Self.lanes {
                group.addTask {
                    try await OwnThread.run {
                        stride(from: 1 + lane, through: operations, by: Self.lanes).flatMap { position in
                            FaultyFiles.Fault.tried(at: position).compactMap { Self.problem($0, at: position) }
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(problems == [])
        withExtendedLifetime(calm) {}
    }

    /// How many positions are tried at a time.
    private static let lanes = 4

    /// What goes wrong where an operation fails.
    private static func problem(_ fault: FaultyFiles.Fault, at position: Int) -> String? {
        let isRight = Result {
            let play = try Play()
            try play.reduce(on: FaultyFiles(fault, at: position))
            return try play.isRight()
        }
        return (try? isRight.get()) == true ? nil : "\(fault) of operation \(position): \(isRight)"
    }
}
