import Analysis
import Models
import Statistics
import Storage

extension AnalyzeRun {
    /// The results of an earlier analysis of the whole run, where nothing has changed since: neither the statistics, which are hashed for it,
    /// nor the plan, the version of the program, the models that are there, and the results themselves.
    ///
    /// - Returns: nil where the run is to be analysed.
    /// - Throws: `PipelineError.planMissing`, `.stopped`; `StorageError.locked` while another analysis writes; errors of the store, such as a
    ///   damaged block.
    public func kept() throws -> KeptResults? {
        guard case .complete = extent, Folder.holdsFile(folder.resultsRecord) else { return nil }
        let plan = try RunPlan.read(folder.plan)
        let lock = try ownResults()
        guard let record = try? JSONFile.read(ResultsRecord.self, from: folder.resultsRecord),
            try record == ResultsRecord(of: plan, in: folder, statistics: record.statistics, models: record.models),
            let summary = try? JSONFile.read(RunSummary.self, from: folder.summary), summary.incomplete == nil,
            summary.statisticsSHA256 == record.statistics.hex
        else { return nil }
        let strata = plan.numbers.corpus.strata
        let snapshot = try StoreSnapshot(of: plan.store(in: folder), strata: strata)
        let shards = plan.shards(of: try plan.openCorpus(in: folder))
        guard MissingTasks(snapshot: snapshot, plan: plan).descriptions(of: shards).isEmpty, modelsThatAreThere(plan) == record.models,
            try digest(of: snapshot, plan: plan) == record.statistics
        else { return nil }
        return KeptResults(plan: plan, folder: folder, summary: summary, origin: try Self.origin(of: record), lock: lock)
    }

    /// Notes what the results were made of, once all of them are written.
    ///
    /// - Parameter digest: of the statistics.
    /// - Returns: what is kept beside the results is known by it.
    func keep(_ digest: Digest, plan: RunPlan) throws -> Digest {
        let models = references(of: plan).filter { knownWeights.findings(of: $0, in: plan).weights != nil }
        let record = try ResultsRecord(of: plan, in: folder, statistics: digest, models: models)
        try JSONFile.write(record, to: folder.resultsRecord, on: context.files)
        return try Self.origin(of: record)
    }

    /// The content hash of the statistics, whose every byte is read.
    func digest(of snapshot: StoreSnapshot, plan: RunPlan) throws -> Digest {
        let (progress, stop, strata) = (context.progress, context.stop, plan.numbers.corpus.strata)
        progress.begin(ProgressStage("hashing", unit: .blocks, total: plan.layout.blocks.count * strata))
        defer { progress.end() }
        return try snapshot.digest(strata: strata, team: context.team) {
            progress.advance(by: 1)
            try stop.check()
        }
    }

    private static func origin(of record: ResultsRecord) throws -> Digest {
        try Digest(of: JSONFile.encode(record, isPretty: false))
    }

    /// The references of which weights say something, in the plan's order.
    private func references(of plan: RunPlan) -> [String] {
        guard plan.numbers.basis == nil else { return [] }
        let references = plan.groupUniversality.map(\.reference)
        return plan.numbers.models.map(\.id).filter(references.contains)
    }

    /// Those of them whose files can be opened, all of which are read for it.
    private func modelsThatAreThere(_ plan: RunPlan) -> [String] {
        references(of: plan).filter { id in
            guard let model = plan.numbers.models.first(where: { $0.id == id }) else { return false }
            return (try? ModelFinder(context: context).open(model, of: plan)) != nil
        }
    }
}
