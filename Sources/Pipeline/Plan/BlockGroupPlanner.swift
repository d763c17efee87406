import Statistics

/// Cuts the blocks of a run into groups that fit into memory.
///
/// Blocks are taken by pair of sources, then by layer of the first, then by layer of the second; a group is closed when the next block would not
/// fit. So with memory for everything there is one group, with less a group is some pairs, then a pair, then some reference layers of a pair.
/// How blocks are grouped changes no number.
struct BlockGroupPlanner {
    let workingSet: WorkingSet
    /// Whether a group never holds blocks of two pairs of sources, so that workers can take as many pairs as their memory holds.
    var separatesPairs = false

    /// Bytes that the largest block needs alone: with less memory a worker cannot take every task.
    var leastMemory: Int { largest?.bytes ?? 0 }

    /// The block that needs most alone; the first of equals.
    private var largest: (block: Block, bytes: Int)? {
        var largest: (block: Block, bytes: Int)?
        for block in workingSet.layout.blocks {
            let bytes = workingSet.bytes(of: [block])
            if bytes > largest?.bytes ?? -1 { largest = (block, bytes) }
        }
        return largest
    }

    /// The groups, each with the indices of its blocks in plan order.
    ///
    /// - Parameter memory: bytes that a process may use; nil: one group.
    /// - Throws: `PipelineError.memoryTooSmall`, with what all need, when some block does not fit alone, `.meansTooLarge` when all would without
    ///   sums by token.
    func groups(memory: Int?) throws -> [[Int]] {
        let layout = workingSet.layout
        guard let memory else { return [layout.blocks.map(\.index)] }
        if let (block, bytes) = largest, bytes > memory {
            let name = layout.name(of: block)
            let isByMeans = BlockGroupPlanner(workingSet: workingSet.withoutMeans()).leastMemory <= memory
            throw isByMeans
                ? PipelineError.meansTooLarge(offered: memory, needed: bytes, block: name)
                : PipelineError.memoryTooSmall(offered: memory, needed: bytes, block: name)
        }
        if !separatesPairs, workingSet.bytes(of: layout.blocks) <= memory { return [layout.blocks.map(\.index)] }
        let places = Dictionary(uniqueKeysWithValues: layout.sources.enumerated().map { ($1, $0) })
        // Within-layer blocks go with the pair of their source and the first model it is compared with.
        var homes: [Int: [Int]] = [:]
        for block in layout.blocks where !block.isWithin {
            let pair = [places[layout.groups[block.columns].source] ?? 0, places[layout.groups[block.rows].source] ?? 0]
            for place in pair where homes[place] == nil { homes[place] = pair }
        }
        func order(_ block: Block) -> [Int] {
            let (row, column) = (layout.groups[block.rows], layout.groups[block.columns])
            let (r, c) = (places[row.source] ?? 0, places[column.source] ?? 0)
            if block.isWithin { return (homes[c] ?? [c, 0]) + [row.layer, Int.max] }
            return [c, r, row.layer, column.layer]
        }
        var groups: [[Block]] = []
        for block in layout.blocks.sorted(by: { order($0).lexicographicallyPrecedes(order($1)) }) {
            let isOtherPair = separatesPairs && groups.last?.last.map { order($0).prefix(2) != order(block).prefix(2) } ?? false
            if let last = groups.last, !isOtherPair, workingSet.bytes(of: last + [block]) <= memory {
                groups[groups.count - 1].append(block)
            } else {
                groups.append([block])
            }
        }
        return groups.map { $0.map(\.index).sorted() }
    }
}
