extension StoreSnapshot {
    /// The snapshot without staged shards that some block does not have yet.
    ///
    /// - Throws: `StatisticsError.unevenShards` when a folded section holds such a shard: folded numbers cannot be taken apart.
    public func restrictedToCommonShards(strata: Int) throws -> StoreSnapshot {
        var restricted = merges
        for stratum in 0..<strata {
            let keys = shape.layout.blocks.map { SectionKey(kind: .block, index: $0.index, stratum: stratum) }
            guard let first = keys.first else { continue }
            let common = keys.dropFirst().reduce(shards(of: first)) { $0.intersection(shards(of: $1)) }
            for (key, merge) in merges where key.stratum == stratum {
                let kept = merge.chosen.filter { input in Set(input.entry.shards.map(\.shard)).isSubset(of: common) }
                let held = Set(kept.flatMap { $0.entry.shards.map(\.shard) })
                guard held == common.intersection(merge.shards) else {
                    throw StatisticsError.unevenShards(block: key.name(in: shape.layout), missing: common.subtracting(held).sorted())
                }
                restricted[key] = kept.isEmpty ? nil : try SectionMerge(key: key, inputs: kept, shape: shape)
            }
        }
        return StoreSnapshot(shape: shape, merges: restricted)
    }
}
