import Foundation
import Kernels
import Scheduling
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A screened run on a cluster", .serialized)
struct ScreenedClusterTests {
    @Test("has the bits of one process, of workers and reducers that share no disk with it and stay from the pilot to the run's end")
    func sameBits() throws {
        let cluster = try ScreenedCluster()
        let expected = try cluster.calm()
        let endpoint = try cluster.startMembers(reducers: 2)
        let coordinated = cluster.coordinate(at: endpoint, reducers: 2)
        #expect(comesTrue { coordinated.result != nil })
        #expect(try coordinated.result?.get() == expected, "\(cluster.log.lines.suffix(20))")
        #expect(try cluster.bits() == cluster.bits(of: cluster.alone))
        try cluster.expectMembersToEnd()
        // In this order, and the run behind the pilot.
        let pilot = try RunPlan.read(cluster.run.pilot.plan)
        let plan = try RunPlan.read(cluster.run.plan)
        #expect(try plan.pilotIdentity == pilot.identity && plan.candidates != nil)
        #expect(try pilot.pilotIdentity == nil && cluster.run.underWay == cluster.run)
        let words = ["the run is screened", "coordinating", "the pilot is complete", "candidate pairs", "coordinating"]
        var rest = cluster.log.lines[...]
        for word in words {
            let place = try #require(rest.firstIndex { $0.contains(word) }, "\(word) in \(cluster.log.lines)")
            rest = rest[(place + 1)...]
        }
        // Nothing of the pilot is left with the reducers.
        for index in 0..<2 {
            let known = try #require(try StoreFolder(path: cluster.folder.file("store\(index)")).known())
            #expect(known.plan == plan.identity)
        }
        for place in [cluster.run, cluster.run.pilot] { #expect(try CoordinatorAddress.read(in: place) == nil) }
    }

    @Test(
        "goes on where it was, with the same workers and reducers, when its coordinator is stopped in the pilot, behind it, or in the run",
        arguments: ScreenedCluster.Moment.allCases)
    func stopped(at moment: ScreenedCluster.Moment) throws {
        let cluster = try ScreenedCluster()
        let expected = try cluster.calm()
        let endpoint = try cluster.startMembers(reducers: 1)
        let first = cluster.coordinate(at: endpoint, reducers: 1, until: moment)
        #expect(comesTrue { first.result != nil })
        #expect(throws: PipelineError.stopped) { try first.result?.get() }
        #expect(cluster.run.hasPlan == (moment == .run))
        let found = LedgerJob(folder: cluster.run)
        #expect(found.isPilot == (moment != .run))
        if moment != .run {
            let status = try found.status()
            #expect(status.run == "tiny, pilot" && status.outcome == "stopped")
            #expect((status.waitingBecause?.contains("resume \(cluster.run.path)") == true) == (moment != .pilot))
            #expect(try found.nothingRuns() == .noCoordinator(cluster.run.path))
        }
        if moment == .run { try cluster.interruptEmptying(coordinatedAt: endpoint) }
        let next = cluster.coordinate(at: endpoint, reducers: 1)
        #expect(comesTrue { next.result != nil })
        #expect(try next.result?.get() == expected, "\(cluster.log.lines.suffix(20))")
        #expect(try cluster.bits() == cluster.bits(of: cluster.alone))
        try cluster.expectMembersToEnd()
    }

    @Test("tells its members the candidates, which are checked against the plan's hash")
    func candidates() throws {
        let cluster = try ScreenedCluster()
        _ = try cluster.calm()
        let plan = try RunPlan.read(cluster.alone.plan)
        let frames = try PlanFiles.frames(of: plan, in: cluster.alone).map { try ReceivedFrame(copying: $0.bytes) }
        let copy = RunFolder(cluster.folder.file("copy"))
        try LocalFiles().createFolder(copy.path)
        try PlanFiles.write(frames, of: .welcome, to: copy)
        #expect(try RunPlan.read(copy.plan).candidates?.count == plan.candidates?.count)
        // Those that are missing are a file too few for the plan.
        #expect(throws: MessageRefusal.self) { try PlanFiles.write(frames.dropLast(), of: .welcome, to: copy) }
        var lists = try CandidateFile.read(copy.candidates, layout: plan.layout, digest: nil)
        let first = lists[0]
        var partners = first.partners
        partners.swapAt(0, 1)
        lists[0] = CandidateList(source: first.source, partnerSource: first.partnerSource, length: first.length, partners: partners)
        try CandidateFile.write(lists, to: copy.candidates, on: LocalFiles())
        #expect {
            try RunPlan.read(copy.plan)
        } throws: { error in
            guard case .planDamaged(copy.candidates, _)? = error as? PipelineError else { return false }
            return true
        }
        // A store that was begun with the plan, and ended before they came, is still the plan's.
        try LocalFiles().remove(copy.candidates)
        let store = StoreFolder(path: copy.path)
        #expect(throws: Never.self) { try store.check(plan: plan.identity) }
        #expect(throws: ClusterError.storeOfOtherPlan(copy.plan)) { try store.check(plan: Digest(of: [1])) }
        try store.check()
    }

    @Test("whose pilot's epochs are none of the run's")
    func epochs() {
        let owners = 1...10_000
        let ofRun = owners.map(PilotHandover.epoch(ofRunOwnedBy:))
        #expect(Set(ofRun).count == owners.count && ofRun == ofRun.sorted() && Set(ofRun).isDisjoint(with: owners))
    }
}
