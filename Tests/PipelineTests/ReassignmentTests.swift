import Statistics
import Testing

@testable import Pipeline

@Suite("The part of a lost reducer")
struct ReassignmentTests {
    private static let layout = StatisticsLayout(
        models: ["a", "b", "c"].map { model in (0..<4).map { ColumnGroup(source: model, layer: $0, columns: 8 * ($0 + 1)) } },
        features: [], pairing: .reference)

    /// Entries of the blocks that each reducer has.
    private func loads(_ owners: [Int]) -> [Int: Int] {
        Self.layout.blocks.reduce(into: [:]) { $0[owners[$1.columns], default: 0] += Self.layout.entries(of: $1) }
    }

    @Test("goes to the others, which keep what they have and end about equal", arguments: 0..<4)
    func balanced(lost: Int) throws {
        let before = ReducerPlacement.owners(of: Self.layout, reducers: 4)
        let after = ReducerPlacement.owners(before, without: lost, of: Self.layout)
        #expect(after == ReducerPlacement.owners(before, without: lost, of: Self.layout))
        #expect(Set(after) == Set(before).subtracting([lost]))
        for (old, new) in zip(before, after) where old != lost { #expect(old == new) }
        let largest = try #require(loads(before).values.max())
        let total = loads(after).values.reduce(0, +)
        #expect(total == loads(before).values.reduce(0, +))
        // Placing each group where least is cannot miss an equal share by more than one group.
        let group = try #require(
            Self.layout.groups.indices.map { place in
                Self.layout.blocks.reduce(0) { $0 + ($1.columns == place ? Self.layout.entries(of: $1) : 0) }
            }.max())
        #expect(loads(after).values.allSatisfy { $0 <= max(largest, total / 3 + group) })
    }

    @Test("can be given on when the next one is lost, and the last one keeps everything")
    func oneAfterTheOther() throws {
        let folder = try PlantedFolder()
        var plan = try folder.plan().plan
        #expect(plan.reducerIndices == [])
        plan.reducers = ReducerPlacement.owners(of: plan.layout, reducers: 3)
        plan.reassign(7)
        #expect(plan.reducerIndices == [0, 1, 2])
        plan.reassign(1)
        #expect(plan.reducerIndices == [0, 2])
        // A plan whose numbers have a gap can be written and read.
        try plan.write(to: folder.path.appending("plan.json"))
        #expect(try RunPlan.read(folder.path.appending("plan.json")).reducers == plan.reducers)
        var placement = ClusterPlacement(reducers: 3, workerMemory: 1 << 30)
        #expect(!placement.isKept(by: plan))
        placement.lostReducers = 1
        #expect(placement.isKept(by: plan))
        plan.reassign(0)
        #expect(plan.reducers == plan.layout.groups.map { _ in 2 })
        let kept = plan.reducers
        plan.reassign(2)
        #expect(plan.reducers == kept)
    }
}
