/// What a section of a partial holds: the sums of a block, or the examples of a group, of one stratum.
public struct SectionKey: Hashable, Codable, Sendable, Comparable {
    /// The kinds of section.
    public enum Kind: String, Codable, Sendable {
        case block
        case examples
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

    /// Blocks before examples, then by index and stratum: the order of sections in a file.
    public static func < (x: SectionKey, y: SectionKey) -> Bool {
        if x.kind != y.kind { return x.kind == .block }
        return (x.index, x.stratum) < (y.index, y.stratum)
    }

    /// A name for messages and files, such as `a.0_b.3.r2`.
    public func name(in layout: StatisticsLayout) -> String {
        switch kind {
        case .block:
            layout.blocks.indices.contains(index) ? "\(layout.name(of: layout.blocks[index])).r\(stratum)" : "block\(index).r\(stratum)"
        case .examples:
            layout.groups.indices.contains(index) ? "\(layout.groups[index].name).r\(stratum)" : "group\(index).r\(stratum)"
        }
    }
}
