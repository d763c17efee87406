import Pipeline
import Statistics
import Storage

extension Coordinator {
    /// Fetches what the analysis needs from reducers that others have started.
    ///
    /// - Throws: `PipelineError.stopped`, errors of the disk; the next coordinator goes on behind what has come.
    func gather() throws {
        var items: [SectionGathering.Item] = []
        for (reducer, sections) in inventories.sorted(by: { $0.key < $1.key }) {
            for section in sections where !section.shards.isEmpty && !ownStore.holds(section) {
                items.append(SectionGathering.Item(reducer: reducer, key: section.key))
            }
        }
        guard !items.isEmpty else { return }
        context.progress.begin(ProgressStage("gathering", unit: .blocks, total: items.count))
        defer { context.progress.end() }
        gathering = SectionGathering(items, into: run.store)
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
