import Kernels
import Logging
import Pipeline
import Scheduling
import Statistics
import Storage
import SystemPackage

/// A reducer's store with what has to be at hand to change it.
struct ReducerStore: Sendable {
    /// The sections and the staging folder.
    let statistics: StatisticsStore
    /// What shards can bring.
    let limits: ShardLimits
    /// Who owns the folder.
    let lock: FolderLock
    /// Where files are written.
    let files: any FileLayer
    /// Threads.
    let team: ThreadTeam
    /// Whether other integers of a shard than those that are folded are wrong; without it they are passed over.
    var comparesIntegers = true

    /// Makes the folders, and removes what an earlier owner had begun to write.
    ///
    /// - Throws: `StorageError`.
    func prepare() throws {
        try statistics.create(on: files)
        for part in try Folder.parts(in: statistics.folder) {
            try lock.check()
            try files.remove(part)
        }
    }

    /// The tables of shards of sections, as the disk has them.
    ///
    /// - Throws: `StatisticsError` for a file that is damaged, `StorageError`.
    func tables(of sections: [SectionKey]) throws -> [SectionKey: [Int: FoldedShard]] {
        let statistics = statistics
        let tables = try team.map(sections.count) { item, _ -> [Int: FoldedShard] in
            let shards = try statistics.reader(of: sections[item])?.sections[0].shards ?? []
            return Dictionary(shards.map { ($0.shard, FoldedShard(checksum: $0.checksum, worker: WorkerID($0.worker))) }) { first, _ in
                first
            }
        }
        return Dictionary(zip(sections, tables).filter { !$0.1.isEmpty }) { first, _ in first }
    }

    /// The parcels that wait to be folded. What cannot be one of the plan's for this reducer is removed: its task is computed again.
    ///
    /// So is a parcel of a task that brings this reducer more since another's part was given to it: the task is computed again for what that
    /// one held, and its new parcel, which has the same name, brings all of it.
    ///
    /// - Throws: `StorageError`.
    func staged(_ rules: ParcelRules, logger: Logger) throws -> [ParcelOffer] {
        let paths = try statistics.stagedFiles()
        let offers = try team.map(paths.count) { item, _ in try offer(at: paths[item], rules) }
        var outgrown = 0
        for (path, offer) in zip(paths, offers) {
            guard case .failure(let problem) = offer else { continue }
            switch problem {
            case .unusable(let reason): logger.warning("removed \(path.string), its task is computed again: \(reason)")
            case .outgrown: outgrown += 1
            }
            try lock.check()
            try files.remove(path)
        }
        if outgrown > 0 {
            let parcels = outgrown == 1 ? "1 parcel that was not folded is" : "\(outgrown) parcels that were not folded are"
            logger.notice("\(parcels) removed: their tasks are computed again with the part that this reducer was given")
        }
        return offers.compactMap { try? $0.get() }
    }

    /// Why a file is no parcel that can be folded.
    private enum Problem: Error {
        case unusable(reason: String)
        /// It was whole when it was staged; since then this reducer was given more sections of its task.
        case outgrown
    }

    private func offer(at path: FilePath, _ rules: ParcelRules) throws -> Result<ParcelOffer, Problem> {
        guard let name = StagedName(path) else { return .failure(.unusable(reason: "its name is not that of a parcel")) }
        do {
            let reader = try PartialReader(path)
            try reader.check(plan: statistics.plan)
            try reader.verify()
            let records = reader.sections.compactMap { $0.shards.count == 1 ? $0.shards[0] : nil }
            let workers = Set(records.map(\.worker))
            guard records.count == reader.sections.count, workers.count == 1, let worker = workers.first,
                records.allSatisfy({ $0.shard == name.parcel.task.shard })
            else { return .failure(.unusable(reason: "it is not of one shard and one worker")) }
            try limits.check(reader)
            let offer = ParcelOffer(
                parcel: name.parcel, worker: WorkerID(worker),
                sections: zip(reader.sections, records).map { ParcelOffer.Section(key: $0.key, checksum: $1.checksum) },
                bytes: try MappedFile(path).bytes.count)
            // What its digest is made of was checked when it came.
            if rules.hasOutgrown(offer) { return .failure(.outgrown) }
            if let problem = rules.problem(ofParts: offer) { return .failure(.unusable(reason: problem)) }
            return .success(offer)
        } catch let error as StatisticsError {
            return .failure(.unusable(reason: error.message))
        } catch let error as StorageError where error.exitStatus == .dataError {
            return .failure(.unusable(reason: error.message))
        }
    }
}
