import Pipeline
import Scheduling
import Statistics
import Storage

/// Which reducer has which section, and which sections a task brings: the column group of a block is that of its columns.
struct SectionOwners: Sendable {
    /// The columns and blocks.
    let layout: StatisticsLayout
    /// For each column group the index of its reducer.
    let owners: [Int]

    /// The reducers that have something, ascending; one that was lost for good leaves a gap.
    var reducers: [Int] { Set(owners).sorted() }

    /// The reducer of a section; nil for one that the layout does not have.
    func reducer(of key: SectionKey) -> Int? {
        switch key.kind {
        case .block:
            guard layout.blocks.indices.contains(key.index) else { return nil }
            return owners[layout.blocks[key.index].columns]
        case .examples, .moments, .tokens, .means: return owners.indices.contains(key.index) ? owners[key.index] : nil
        }
    }

    /// The block groups whose tasks bring numbers to a reducer.
    func blockGroups(of reducer: Int, in plan: RunPlan) -> Set<Int> {
        Set(plan.blockGroups.indices.filter { plan.blockGroups[$0].contains { owners[layout.blocks[$0].columns] == reducer } })
    }

    /// The column groups of a reducer, ascending.
    func groups(of reducer: Int) -> [Int] { owners.indices.filter { owners[$0] == reducer } }
}

extension ParcelID {
    /// The parcel of a task with these sections, those of all reducers: they decide its digest.
    init(task: TaskID, sections: [ParcelOffer.Section]) {
        var builder = DigestBuilder()
        for section in sections.sorted(by: { $0.key < $1.key }) {
            builder.update(section.key.index)
            builder.update(section.key.kind.rank)
            builder.update(section.checksum.bytes)
        }
        self.init(task: task, digest: builder.finalize())
    }
}
