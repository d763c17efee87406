import Storage

/// What a store held at one moment: for every section the files that make it up.
///
/// Staged partials are opened before the folded sections and are removed only after all of their sections were folded, so whatever was complete
/// when the snapshot began is in it, also while another process folds.
public struct StoreSnapshot: Sendable {
    /// Shapes, from the plan.
    public let shape: SectionShape
    /// The files of each section.
    let merges: [SectionKey: SectionMerge]

    init(shape: SectionShape, merges: [SectionKey: SectionMerge]) {
        self.shape = shape
        self.merges = merges
    }

    /// Opens all files of a store.
    ///
    /// - Parameters:
    ///   - strata: how many strata the plan has.
    ///   - includesStaged: whether partials that are not folded yet are taken in.
    /// - Throws: `StatisticsError`, `StorageError`.
    public init(of store: StatisticsStore, strata: Int, includesStaged: Bool = true) throws {
        shape = store.shape
        var inputs: [SectionKey: [SectionMerge.Input]] = [:]
        if includesStaged {
            for path in try store.stagedFiles() {
                // One that has been folded and removed meanwhile is in the sections that are opened below.
                guard let reader = try? PartialReader(path), reader.plan == store.plan else { continue }
                for entry in reader.sections { inputs[entry.key, default: []].append(.init(reader: reader, entry: entry)) }
            }
        }
        var keys = Set(inputs.keys)
        for stratum in 0..<strata {
            for block in store.shape.layout.blocks { keys.insert(SectionKey(kind: .block, index: block.index, stratum: stratum)) }
            for group in store.shape.layout.groups.indices { keys.insert(SectionKey(kind: .examples, index: group, stratum: stratum)) }
        }
        var merges: [SectionKey: SectionMerge] = [:]
        for key in keys {
            var all = inputs[key] ?? []
            if let reader = try store.reader(of: key) { all.append(.init(reader: reader, entry: reader.sections[0])) }
            if !all.isEmpty { merges[key] = try SectionMerge(key: key, inputs: all, shape: store.shape) }
        }
        self.merges = merges
    }

    /// The shards that a section holds.
    public func shards(of key: SectionKey) -> Set<Int> { merges[key]?.shards ?? [] }

    /// The examples of a group over all strata, merged.
    ///
    /// - Throws: `StatisticsError`.
    public func examples(of group: Int, strata: Int) throws -> ExampleList? {
        var result: ExampleList?
        for stratum in 0..<strata {
            guard let merge = merges[SectionKey(kind: .examples, index: group, stratum: stratum)],
                case .examples(let sums)? = try merge.merged(shape: shape)
            else { continue }
            if result == nil { result = sums.list } else { result?.merge(sums.list) }
        }
        return result
    }
}
