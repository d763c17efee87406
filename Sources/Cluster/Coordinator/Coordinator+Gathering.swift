import Pipeline
import Statistics
import Storage

extension Coordinator {
    /// Fetches what the analysis needs from reducers that others have started. Their sections take the place of the run's own: what the run
    /// may have had before they were asked, they have computed again.
    ///
    /// - Returns: whether everything has come; else a reducer was given up meanwhile, and there is work again.
    /// - Throws: `PipelineError.stopped`, errors of the disk; the next coordinator goes on behind what has come.
    func gather(checkOwner: @escaping @Sendable () throws -> Void) throws -> Bool {
        // Half a store would be taken for the whole: what a run in one process has staged is not needed any more.
        for path in try run.store.stagedFiles() {
            try checkOwner()
            try context.files.remove(path)
        }
        var items: [SectionGathering.Item] = []
        for (reducer, sections) in inventories.sorted(by: { $0.key < $1.key }) {
            for section in sections where !section.shards.isEmpty && !isHere(section) {
                items.append(SectionGathering.Item(reducer: reducer, key: section.key))
            }
        }
        guard !items.isEmpty else { return true }
        context.progress.begin(ProgressStage("gathering", unit: .blocks, total: items.count))
        defer { context.progress.end() }
        gathering = SectionGathering(items, into: run.store, checkOwner: checkOwner)
        var left = items.count
        while let open = gathering?.remaining, open > 0 {
            if let (reducer, request) = gathering?.request(at: now), let contact = reducers.contacts[reducer] {
                try send(.sectionRequest, request, to: contact.identity)
            }
            try turn()
            try context.stop.check()
            context.progress.advance(by: left - (gathering?.remaining ?? 0))
            left = gathering?.remaining ?? 0
        }
        gathering = nil
        return outcome != nil
    }

    /// Whether the run's own store has the same shards of a section, with the same checksums.
    private func isHere(_ section: SectionInventory) -> Bool {
        guard let reader = try? run.store.reader(of: section.key), (try? reader.verify()) != nil else { return false }
        func table(_ records: [ShardRecord]) -> [Int: Digest] { Dictionary(records.map { ($0.shard, $0.checksum) }) { $1 } }
        return table(reader.sections[0].shards) == table(section.shards)
    }

    /// Takes some bytes of a section in.
    func takeSection(_ message: IncomingMessage, from peer: RoutingIdentity) throws {
        let piece = try message.body(as: SectionPiece.self)
        guard let reducer = reducers.index(of: peer), let contact = reducers.contacts[reducer] else { return }
        guard message.payload.count == 1 else { throw MessageRefusal.body(.sectionPiece, problem: "it has no bytes") }
        if let next = try gathering?.take(piece, from: reducer, message.payload[0], at: now) {
            try send(.sectionRequest, next, to: contact.identity)
        } else if let (reducer, request) = gathering?.request(at: now), let contact = reducers.contacts[reducer] {
            try send(.sectionRequest, request, to: contact.identity)
        }
    }
}
