import Pipeline
import Scheduling

@testable import Statistics

/// Numbers that no shard can bring, under checksums that are theirs.
enum ImpossibleNumbers: String, CaseIterable, Sendable {
    /// One token more than the shard has.
    case tokens
    /// As many chunks as a section may have in all.
    case chunks
    /// Values beyond the largest integer, where nothing is rounded to integers.
    case beyond
    /// Columns so loud that two such shards are more than 64-bit products hold.
    case products
    /// An entry that its power sums do not allow.
    case entries

    /// What is said of them.
    var reason: String {
        switch self {
        case .tokens: "at most"
        case .chunks: "it has 67108863 chunks"
        case .beyond: "are beyond the largest integer"
        case .products: "more than its share"
        case .entries: "is larger than its power sums allow"
        }
    }

    /// Makes numbers of a task impossible; only blocks have any that can be.
    func falsify(_ sections: [Section], of plan: RunPlan) -> [Section] {
        sections.map { section in
            guard case .block(let sums) = section, let record = sums.shards.first else { return section }
            let impossible = falsify(sums, plan)
            impossible.shards = [ShardRecord(shard: record.shard, checksum: impossible.digest, worker: record.worker)]
            return .block(impossible)
        }
    }

    private func falsify(_ sums: BlockSums, _ plan: RunPlan) -> BlockSums {
        let tiling = plan.shape.tiling(of: sums.block)
        let copy = BlockSums(block: sums.block, stratum: sums.stratum, tiling: tiling)
        try? copy.add(sums, tiling: tiling, settings: plan.shape.settings, from: "", name: "")
        switch self {
        case .tokens:
            copy.tokens = plan.numbers.corpus.windowTokens + 1
            copy.chunks = (copy.tokens + plan.shape.settings.chunk - 1) / plan.shape.settings.chunk
        case .chunks: copy.chunks = PowerSums.largestChunkCount - 1
        case .beyond: copy.beyond = 1
        case .products:
            // Together with the rounding of products three quarters of what a whole run may have.
            let square = Int128(0.75 * 0x1p62 * plan.shape.settings.resolution * 0x1p32)
            copy.rows.second[0] = square
            copy.columns.second[0] = square
            let certificate = OverflowCertificate(plan.shape.settings)
            let rows = copy.rows.largestSquares(tile: plan.shape.settings.tile)
            let columns = copy.columns.largestSquares(tile: plan.shape.settings.tile)
            for (index, tile) in tiling.tiles.enumerated() {
                let width = certificate.width(
                    rows: rows[tile.rowStrip], columns: columns[tile.columnStrip], chunks: copy.chunks, tokens: copy.tokens)
                if width == .int64 { copy.tiles[index].widen() }
            }
        case .entries: copy.tiles.first?.add(Int64(Int32.max / 2), at: 0)
        }
        return copy
    }
}
