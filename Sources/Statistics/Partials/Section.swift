import Storage

/// One section in memory.
public enum Section: Sendable {
    case block(BlockSums)
    case examples(ExampleSums)
    case moments(MomentSums)
    case tokens(TokenMaximumSums)
    case means(TokenSums)

    /// What the section holds.
    public var key: SectionKey {
        switch self {
        case .block(let sums): SectionKey(kind: .block, index: sums.block, stratum: sums.stratum)
        case .examples(let sums): SectionKey(kind: .examples, index: sums.list.group, stratum: sums.stratum)
        case .moments(let sums): SectionKey(kind: .moments, index: sums.group, stratum: sums.stratum)
        case .tokens(let sums): SectionKey(kind: .tokens, index: sums.list.group, stratum: sums.stratum)
        case .means(let sums): SectionKey(kind: .means, index: sums.group, stratum: sums.stratum)
        }
    }

    /// The shards in the section, ascending.
    public var shards: [ShardRecord] {
        switch self {
        case .block(let sums): sums.shards
        case .examples(let sums): sums.shards
        case .moments(let sums): sums.shards
        case .tokens(let sums): sums.shards
        case .means(let sums): sums.shards
        }
    }
}

extension Section {
    /// The checksum of the section's integers: for one shard the one that its record has.
    public var digest: Digest {
        switch self {
        case .block(let sums): sums.digest
        case .examples(let sums): sums.list.digest
        case .moments(let sums): sums.digest
        case .tokens(let sums): sums.list.digest
        case .means(let sums): sums.digest
        }
    }
}

extension Partial {
    /// All sections in the order of a file.
    public var sections: [Section] {
        let gathered = examples.map(Section.examples) + moments.map(Section.moments) + tokens.map(Section.tokens) + means.map(Section.means)
        return (blocks.map(Section.block) + gathered).sorted { $0.key < $1.key }
    }
}
