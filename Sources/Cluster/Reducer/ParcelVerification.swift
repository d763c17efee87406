import Kernels
import Scheduling
import Statistics
import Storage
import SystemPackage

/// Compares a parcel's file with what its worker said of it. Every integer is looked at: a checksum that a worker declares proves nothing
/// until it was computed again. So is what the integers may be: right checksums say nothing of that.
struct ParcelVerification: Sendable {
    /// The plan's store.
    let store: StatisticsStore
    /// What shards of the plan can bring.
    let limits: ShardLimits
    /// Threads that decode.
    let team: ThreadTeam

    /// What is wrong with a file; nil when it is what the offer says.
    ///
    /// - Throws: `StorageError` when it cannot be read.
    func problem(of path: FilePath, offered offer: ParcelOffer) throws -> String? {
        do {
            let reader = try PartialReader(path)
            try reader.check(plan: store.plan)
            let declared = offer.sections.sorted { $0.key < $1.key }
            guard reader.sections.map(\.key) == declared.map(\.key) else { return "its sections are not those that were offered" }
            for (entry, section) in zip(reader.sections, declared) {
                let record = ShardRecord(shard: offer.parcel.task.shard, checksum: section.checksum, worker: offer.worker.name)
                guard entry.shards == [record] else { return "\(name(section.key)) is not of the shard, checksum and worker offered" }
            }
            try limits.check(reader)
            let problems = try team.map(declared.count) { item, _ -> String? in
                let found = try reader.digest(of: reader.sections[item], shape: store.shape)
                return found == declared[item].checksum ? nil : "the integers of \(name(declared[item].key)) are not those of its checksum"
            }
            return problems.lazy.compactMap(\.self).first
        } catch StatisticsError.malformed(_, let section, let reason) {
            return "\(section): \(reason)"
        } catch let error as StatisticsError {
            return error.message
        } catch let error as StorageError where error.exitStatus == .dataError {
            return error.message
        }
    }

    private func name(_ key: SectionKey) -> String { key.name(in: store.shape.layout) }
}
