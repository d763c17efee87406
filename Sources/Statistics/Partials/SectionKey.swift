/// What a section of a partial holds: the sums of a block, or what is gathered of a group, of one stratum.
public struct SectionKey: Hashable, Codable, Sendable, Comparable {
    /// The kinds of section, in the order of a file.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// The sums of a block.
        case block
        /// The strongest examples of a group.
        case examples
        /// The moments of a group's pre-activations.
        case moments
        /// The tokens at which a group's columns are most active.
        case tokens
        /// The sums of a group's activations by token.
        case means

        /// The kind's place in the order, also what digests know it by.
        public var rank: Int {
            switch self {
            case .block: 0
            case .examples: 1
            case .moments: 2
            case .tokens: 3
            case .means: 4
            }
        }
    }

    /// What the section holds.
    public let kind: Kind
    /// The block's or the group's index in the layout.
    public let index: Int
    /// The stratum that all of its shards belong to.
    public let stratum: Int

    /// The key of a block's or a group's section.
    public init(kind: Kind, index: Int, stratum: Int) {
        self.kind = kind
        self.index = index
        self.stratum = stratum
    }

    /// By kind, blocks first, then by index and stratum: the order of sections in a file.
    public static func < (x: SectionKey, y: SectionKey) -> Bool {
        (x.kind.rank, x.index, x.stratum) < (y.kind.rank, y.index, y.stratum)
    }

    /// A name for messages and files, such as `a.0_b.3.r2`.
    public func name(in layout: StatisticsLayout) -> String {
        switch kind {
        case .block:
            layout.blocks.indices.contains(index) ? "\(layout.name(of: layout.blocks[index])).r\(stratum)" : "block\(index).r\(stratum)"
        case .examples, .moments, .tokens, .means:
            layout.groups.indices.contains(index) ? "\(layout.groups[index].name).r\(stratum)" : "group\(index).r\(stratum)"
        }
    }
}
