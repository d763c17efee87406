import Pipeline
import Statistics
import Storage
import SystemPackage

/// Files come from reducers that others have started to the run's folder.
extension Coordinator {
    /// Fetches statistics or matrices, or both.
    ///
    /// Sections take the place of the run's own: what the run may have had before they were asked, the reducers have computed again. Where
    /// tasks were given up there are no matrices, and the statistics come as they are.
    ///
    /// - Returns: whether everything has come; else the run was cancelled meanwhile, or a reducer was given up and there is work again.
    /// - Throws: `PipelineError.stopped`, `ClusterError.gatheredTooLarge`, `.gatheredWrong`, errors of the disk; the next coordinator goes on
    ///   behind what has come.
    func gather(_ parts: GatheredParts, checkOwner: @escaping @Sendable () throws -> Void) throws -> Bool {
        var items: [FileGathering.Item] = []
        if parts.contains(.statistics) {
            // Half a store would be taken for the whole: what a run in one process has staged is not needed any more.
            for path in try run.store.stagedFiles() {
                try checkOwner()
                try context.files.remove(path)
            }
            items += sectionItems { _ in true }
        }
        // A screened run has none.
        let hasMatrices = outcome == .complete && parts.contains(.matrices) && run.plan.numbers.screening == nil
        let findings = try hasMatrices && run.plan.configuration.matrices != .none ? matricesElsewhere() : nil
        let groups = Set(findings?.groupsWithMatricesElsewhere ?? [])
        for block in run.layout.blocks where groups.contains(block.columns) {
            guard let target = run.folder.correlations(of: block, in: run.layout) else { continue }
            try context.files.createFolder(target.removingLastComponent())
            items.append(.init(reducer: owners.owners[block.columns], file: .correlations(block: block.index), target: target))
        }
        guard try fetch(items, stage: "gathering", checkOwner: checkOwner) else { return false }
        try checkOwner()
        try findings?.finishMatrices(in: run.folder, on: context.files)
        return true
    }

    /// Fetches the statistics because they are analysed here.
    ///
    /// - Returns: as `gather`.
    /// - Throws: as `gather`.
    func gatherForAnalysis(checkOwner: @escaping @Sendable () throws -> Void) throws -> Bool {
        finishing = "the reducers' statistics are gathered"
        defer { finishing = nil }
        return try gather(.statistics, checkOwner: checkOwner)
    }

    /// The findings of a run whose matrices are not all here; nil where they are.
    private func matricesElsewhere() throws -> RunFindings? {
        guard let findings = try run.findings() else { throw ClusterError.notComplete(run.folder.path) }
        return findings.hasMatrices(in: run.folder) ? nil : findings
    }

    /// The sections that hold shards, each with its reducer.
    func sectionItems(where isWanted: (SectionKey) -> Bool) -> [FileGathering.Item] {
        inventories.sorted { $0.key < $1.key }.flatMap { reducer, sections in
            sections.filter { !$0.shards.isEmpty && isWanted($0.key) }.map {
                FileGathering.Item(reducer: reducer, file: .section($0.key), target: run.store.path(of: $0.key))
            }
        }
    }

    /// Fetches files.
    ///
    /// - Returns: as `gather`.
    func fetch(_ items: [FileGathering.Item], stage: String, checkOwner: @escaping @Sendable () throws -> Void) throws -> Bool {
        guard !items.isEmpty else { return true }
        context.progress.begin(ProgressStage(stage, unit: .blocks, total: items.count))
        defer {
            context.progress.end()
            gathering = nil
        }
        let (largest, shards) = (LargestFiles(run.plan), sections.order.count)
        gathering = FileGathering(
            items, largest: { largest.bytes(of: $0, shards: shards) }, checkOwner: checkOwner, on: context.files,
            verify: { [run, inventories] path, file in try Self.check(path, holds: file, of: run, inventories) })
        let settled = outcome
        var left = items.count
        while let open = gathering?.remaining, open > 0 {
            if let (reducer, request) = gathering?.request(at: now), let contact = reducers.contacts[reducer] {
                try send(.fileRequest, request, to: contact.identity)
            }
            try turn()
            try context.stop.check()
            guard outcome == settled else { return false }
            context.progress.advance(by: left - (gathering?.remaining ?? 0))
            left = gathering?.remaining ?? 0
        }
        return true
    }

    /// Takes some bytes of a file in.
    func takeFile(_ message: IncomingMessage, from peer: RoutingIdentity) throws {
        let piece = try message.body(as: FilePiece.self)
        guard let reducer = reducers.index(of: peer), let contact = reducers.contacts[reducer] else { return }
        guard message.payload.count == 1 else { throw MessageRefusal.body(.filePiece, problem: "it has no bytes") }
        if let next = try gathering?.take(piece, from: reducer, message.payload[0], at: now) {
            try send(.fileRequest, next, to: contact.identity)
        } else if let (reducer, request) = gathering?.request(at: now), let contact = reducers.contacts[reducer] {
            try send(.fileRequest, request, to: contact.identity)
        }
    }

    /// Makes sure that a file that has come is what it should be.
    private static func check(
        _ path: FilePath, holds file: ReducerFile, of run: PlannedRun, _ inventories: [Int: [SectionInventory]]
    ) throws {
        switch file {
        case .section(let key): try check(try PartialReader(path), holds: key, of: run)
        case .findings(let group):
            let found = try GroupFindings(contentsOf: path).header
            let keys = Set(run.plan.sections(ofGroup: group, in: run.layout))
            let tables = inventories.values.joined().filter { keys.contains($0.key) }
            let expected = try FindingsOrigin(run.plan, tables: Dictionary(tables.map { ($0.key, $0.shards) }) { first, _ in first })
            guard found.group == group, found.origin == expected else {
                throw StorageError.corrupt(path, offset: nil, problem: "it is about other numbers than the reducers hold")
            }
        case .correlations: break
        }
    }

    /// Makes sure that a file of the run is a section, whole.
    ///
    /// - Throws: `StorageError`, `StatisticsError`.
    static func check(_ reader: PartialReader, holds key: SectionKey, of run: PlannedRun) throws {
        try reader.check(plan: run.plan.identity)
        try reader.verify()
        guard reader.sections.map(\.key) == [key] else {
            throw StatisticsError.malformed(file: reader.path, section: key.name(in: run.layout), reason: "it holds another section")
        }
    }
}
