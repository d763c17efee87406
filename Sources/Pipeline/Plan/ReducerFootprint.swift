import Statistics

/// What a reducer takes of memory, from shapes alone: the most that its buffers can hold. The statistics themselves lie on its disk, mapped
/// where they are read and given back behind that.
///
/// What comes from workers, its verification and the adding up go on at the same time; the groups are summarised when all that is over. The
/// tables of what was added stay, and so may what the allocator had for what came.
struct ReducerFootprint {
    private let shape: RunShape
    private var workingSet: WorkingSet { shape.workingSet }
    private var threads: Int { max(1, workingSet.threads) }

    /// Bytes of a record of a shard in a section: checksum, worker's name and their places, in the table and in an inventory with its text.
    private static let (tableRecord, inventoryRecord) = (256, 512)
    /// Bytes of a section in a directory that was read, whose table has a single record.
    private static let entryBytes = 256
    /// Bytes of a piece in a directory that was read: where it lies, its sizes and its checksum.
    private static let pieceRecord = 160

    /// A reducer of a run, on the threads of its working set.
    init(_ shape: RunShape) { self.shape = shape }

    /// Bytes that it takes at most, with all column groups; several reducers share the records alone. 0 for a screened run, which has none.
    ///
    /// - Parameter memory: bytes that summarising a group may use; nil: what it takes.
    func bytes(within memory: Int?) -> Int {
        guard workingSet.kept == nil else { return 0 }
        let tables = ShardTables(layout: workingSet.layout, shards: shape.shards)
        let summaries = (shape.analyses.map { $0.bytesOfSummaries(within: memory) }.max() ?? 0) + tables.bytes
        let working = threads * verifiedBytes + foldedBytes + directoryBytes
        return WorkingSet.baseBytes + tables.records * Self.tableRecord + receivedBytes
            + max(working, summaries - WorkingSet.baseBytes, tables.records * Self.inventoryRecord)
    }

    // MARK: Sections

    /// Entries of the largest block.
    private var largestBlock: Int { workingSet.layout.blocks.map { workingSet.entries(of: $0) }.max() ?? 0 }

    private var edge: Int { min(workingSet.settings.tile, workingSet.layout.groups.map(\.columns).max() ?? 0) }

    /// Bytes of a tile as 64-bit sums.
    private var tileBytes: Int { edge * edge * 8 }

    /// Columns of the widest layer of a reference.
    private var referenceColumns: Int {
        let layout = workingSet.layout
        return layout.blocks.filter(layout.isReference).map { layout.groups[$0.rows].columns }.max() ?? 0
    }

    /// Bytes of the largest list of a layer of a reference: examples, moments or tokens.
    private var largestList: Int {
        let examples = workingSet.examples.count * (3 + workingSet.examples.window) * 4
        let moments = workingSet.moments.map { _ in workingSet.context * 4 + 160 } ?? 0
        return referenceColumns * max(examples, moments, (workingSet.moments?.maxima ?? 0) * 8)
    }

    /// Bytes of the sums by token of a layer over a stratum, and of a strip of them.
    private var means: (all: Int, strip: Int) {
        guard workingSet.moments?.keepsMeans == true else { return (0, 0) }
        let occurring = min(workingSet.vocabulary, shape.tokens / max(1, shape.strata) + workingSet.shardTokens)
        return (referenceColumns * occurring * 8, referenceColumns * TokenSums.stripTokens * 8)
    }

    // MARK: What goes on at the same time

    /// Bytes that are on their way to the disk, no more than there are in all.
    private var receivedBytes: Int {
        let all = StoredSizes(workingSet).bytes(tokens: Double(shape.tokens) / Double(max(1, shape.shards))) * Double(shape.shards)
        return Int(min(Double(ParcelTraffic.windowBytes), all + Double(ParcelTraffic.pieceBytes)))
    }

    /// Bytes of one thread that verifies: a tile, its planes and what of its file is resident; or a list with its integers; or a strip.
    private var verifiedBytes: Int { max(3 * tileBytes, 3 * largestList, 3 * means.strip) }

    /// Bytes of what is added up: of each thread a block as 64-bit sums, and a second one, or the first compressed, with the planes of a tile;
    /// or as much of a list. Sums by token come one layer at a time, with all threads.
    var foldedBytes: Int {
        let block = threads * (2 * largestBlock * 8 + 3 * tileBytes)
        return max(block, threads * 4 * largestList, 2 * means.all + threads * 3 * means.strip)
    }

    /// Bytes of the directories of the parcels that are added up together, as many as may be staged.
    private var directoryBytes: Int {
        let layout = workingSet.layout
        let pieces = layout.blocks.reduce(0) { sum, block in
            sum + 2 + Tiling(block, in: layout, edge: workingSet.settings.tile).tiles.count + (layout.isReference(within: block) ? 16 : 0)
        }
        let shard = StoredSizes(workingSet).bytes(tokens: Double(shape.tokens) / Double(max(1, shape.shards)))
        let shards = min(Double(shape.shards), Double(ParcelTraffic.stagingBytes) / max(1, shard) + 1)
        // A parcel's sections have a record each, alone in a table of its own.
        let ofShard = pieces * Self.pieceRecord + ShardTables(layout: layout, shards: 1).records * Self.entryBytes
        return Int(shards.rounded(.up)) * ofShard
    }
}
