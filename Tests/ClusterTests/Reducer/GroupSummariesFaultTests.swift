import FaultInjection
import Foundation
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("The summaries of a reducer on a disk that fails")
struct GroupSummariesFaultTests {
    private enum Stuck: Error, CustomStringConvertible {
        case summarising(String?)

        var description: String {
            switch self {
            case .summarising(let trouble): "the groups are not summarised: \(trouble ?? "nothing is said")"
            }
        }
    }

    @Test(
        "are the same once it is started again, findings and matrices, whichever operation fails, is torn, or is the last before the power goes",
        arguments: [false, true])
    func everyOperation(keepsMatrices: Bool) async throws {
        // On threads of their own, a kind of fault each: each mostly waits for the disk.
        let problems = try await withThrowingTaskGroup(of: [String].self) { group in
            for fault in FaultyFiles.Fault.allCases {
                group.addTask {
                    try await OwnThread.run {
                        let stage = try SummarisedStore(keepsMatrices: keepsMatrices)
                        let counting = FaultyFiles(.failure, at: .max)
                        let expected = try Self.results(of: stage, after: counting)
                        // Four groups and four chunks: each file is created, written, synced, named and closed.
                        #expect(counting.count > 30 && expected.count > 8 && !expected.keys.contains { $0.hasSuffix(".part") })
                        let positions = (1...counting.count).filter { FaultyFiles.Fault.tried(at: $0).contains(fault) }
                        return positions.compactMap { position in
                            let results = Result { try Self.results(of: stage, after: FaultyFiles(fault, at: position)) }
                            return (try? results.get()) == expected ? nil : "\(fault) of operation \(position): \(results)"
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(problems == [])
    }

    /// What has been found in the end where the groups are summarised on such a disk, and then again by a reducer that is started anew.
    private static func results(of stage: SummarisedStore, after files: FaultyFiles) throws -> [String: Digest] {
        stage.clear()
        let first = try stage.ask("first", round: 1, on: files)
        let isOver = eventually { first.progress.done.count == stage.groups.count || first.progress.trouble != nil }
        first.close()
        guard isOver else { throw Stuck.summarising(nil) }
        try files.restart()
        try stage.removeUnfinished()
        let second = try stage.ask("second", round: 2)
        let isDone = eventually { second.progress.done.count == stage.groups.count || second.progress.trouble != nil }
        second.close()
        guard isDone, second.progress.trouble == nil else { throw Stuck.summarising(second.progress.trouble?.reason) }
        try stage.finish()
        return try stage.results()
    }
}
