import Storage

/// What a store held at one moment: for every section the files that make it up.
///
/// Staged partials are opened before the folded sections and are removed only after all of their sections were folded, so whatever was complete
/// when the snapshot began is in it, also while another process folds. Files that are open keep their bytes when they are replaced. A process
/// may map only so many, though: the sections beyond are opened again for each reading, and one that was replaced meanwhile is an error
/// (`StatisticsError.changedMeanwhile`), so that numbers of two moments never mix.
public struct StoreSnapshot: Sendable {
    /// Shapes, from the plan.
    public let shape: SectionShape
    /// Sections that stay mapped. Linux lets a process have 65,530 mappings unless it was told otherwise; half of them are left to partials,
    /// libraries and memory.
    static let mappedSections = 1 << 15

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
    /// - Throws: `StatisticsError`, `StorageError`, also for a staged partial that is damaged.
    public init(of store: StatisticsStore, strata: Int, includesStaged: Bool = true) throws {
        try self.init(of: store, strata: strata, includesStaged: includesStaged, mappedSections: Self.mappedSections)
    }

    /// The same with another number of sections that stay mapped.
    init(of store: StatisticsStore, strata: Int, includesStaged: Bool = true, mappedSections: Int) throws {
        shape = store.shape
        var inputs: [SectionKey: [SectionMerge.Input]] = [:]
        if includesStaged {
            for path in try store.stagedFiles() {
                let reader: PartialReader
                do {
                    reader = try PartialReader(path)
                } catch StorageError.notFound {
                    // Folded and removed meanwhile: it is in the sections that are opened below.
                    continue
                }
                // One of another plan is no part of this store; `run` and `clean` remove it.
                guard reader.plan == store.plan else { continue }
                for entry in reader.sections { inputs[entry.key, default: []].append(.init(reader: reader, entry: entry)) }
            }
        }
        var keys = Set(inputs.keys)
        for stratum in 0..<strata {
            for block in store.shape.layout.blocks { keys.insert(SectionKey(kind: .block, index: block.index, stratum: stratum)) }
            for group in store.shape.layout.groups.indices {
                for kind in SectionKey.Kind.allCases where kind != .block {
                    keys.insert(SectionKey(kind: kind, index: group, stratum: stratum))
                }
            }
        }
        var merges: [SectionKey: SectionMerge] = [:]
        var mapped = 0
        // In order, so that the same sections stay mapped each time.
        for key in keys.sorted() {
            var all = inputs[key] ?? []
            if let reader = try store.reader(of: key, staysMapped: mapped < mappedSections) {
                mapped += 1
                all.append(.init(reader: reader, entry: reader.sections[0]))
            }
            if !all.isEmpty { merges[key] = try SectionMerge(key: key, inputs: all, shape: store.shape) }
        }
        self.merges = merges
    }

    /// Whether no block holds anything.
    public var isEmpty: Bool { !merges.keys.contains { $0.kind == .block } }

    /// The shards that a section holds.
    public func shards(of key: SectionKey) -> Set<Int> { merges[key]?.shards ?? [] }

    /// Counted tokens of a block over all strata.
    public func tokens(ofBlock block: Int, strata: Int) -> Int {
        (0..<strata).reduce(0) { sum, stratum in
            sum + (merges[SectionKey(kind: .block, index: block, stratum: stratum)]?.chosen ?? []).reduce(0) { $0 + $1.entry.tokens }
        }
    }

    /// The table of shards of a section, ascending by shard.
    public func records(of key: SectionKey) -> [ShardRecord] {
        (merges[key]?.chosen ?? []).flatMap(\.entry.shards).sorted { $0.shard < $1.shard }
    }

    /// The moments of a group's pre-activations over all strata, added up, and the digest of each stratum's in order.
    ///
    /// - Returns: nil where no stratum has any.
    /// - Throws: `StatisticsError`.
    public func moments(of group: Int, strata: Int) throws -> (sums: MomentSums, digests: [Digest])? {
        var result: (sums: MomentSums, digests: [Digest])?
        for stratum in 0..<strata {
            let key = SectionKey(kind: .moments, index: group, stratum: stratum)
            guard let merge = merges[key], case .moments(let sums)? = try merge.merged(shape: shape) else { continue }
            guard result != nil else {
                result = (sums, [sums.digest])
                continue
            }
            result?.digests.append(sums.digest)
            if result?.sums.add(sums) == false {
                throw StatisticsError.tooManyChunks(block: key.name(in: shape.layout), chunks: sums.rows, tokens: sums.tokens)
            }
        }
        return result
    }

    /// The tokens at which a group's columns are most active, over all strata.
    ///
    /// - Throws: `StatisticsError`.
    public func tokens(of group: Int, strata: Int) throws -> TokenMaxima? {
        var result: TokenMaxima?
        for stratum in 0..<strata {
            guard let merge = merges[SectionKey(kind: .tokens, index: group, stratum: stratum)],
                case .tokens(let sums)? = try merge.merged(shape: shape)
            else { continue }
            if result == nil { result = sums.list } else { result?.merge(sums.list) }
        }
        return result
    }

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
