import Dispatch
import Pipeline
import Scheduling
import Statistics
import Storage
import SystemPackage

/// Folds staged parcels and writes inventories on a thread of its own: either may take minutes.
final class StoreFolding: Sendable {
    private let store: ReducerStore
    private let reports: Mailbox<DiskReport>
    private let queue = DispatchQueue(label: "universal-neurons.folding")
    private let ending = StopRequest()

    init(_ store: ReducerStore, reports: Mailbox<DiskReport>) {
        self.store = store
        self.reports = reports
    }

    /// Folds parcels, each section in one pass.
    func fold(_ parcels: [ParcelID]) {
        queue.async { [self] in
            do {
                let readers = try parcels.map { try PartialReader(path(of: $0)) }
                // What other programs have staged may be of any kind; nothing of it is added.
                try store.team.forEach(readers.count) { item, _ in try self.store.limits.check(readers[item]) }
                try store.statistics.fold(
                    readers, keepsFirst: !store.comparesIntegers, team: store.team, on: store.files, tag: store.lock.tag,
                    checkOwner: { try self.store.lock.check() }, progress: { _, _ in try self.ending.check() })
                reports.post(.folded(parcels))
            } catch StorageError.lockLost(let folder, let successor) {
                reports.post(.lost(StorageError.lockLost(folder, successor: successor)))
            } catch {
                reports.post(.foldFailed(failure(parcels, error)))
            }
        }
    }

    /// Puts the tables of sections together, as they are sent.
    func takeInventory(_ tables: [SectionKey: [Int: FoldedShard]], of sections: [SectionKey], round: Int) {
        queue.async { [self] in
            let inventory = sections.map { key in
                SectionInventory(
                    key: key,
                    shards: (tables[key] ?? [:]).sorted { $0.key < $1.key }.map {
                        ShardRecord(shard: $0.key, checksum: $0.value.checksum, worker: $0.value.worker.name)
                    })
            }
            do {
                let (body, payload) = try LongBody.frames(of: inventory)
                reports.post(.inventory(round: round, body, payload))
            } catch {
                // Tables are always JSON, and zstd lacks nothing but memory.
                reports.post(.lost(error))
            }
        }
    }

    /// Stops at the next section, and waits for that.
    func close() {
        ending.raise()
        queue.sync {}
    }

    private func path(of parcel: ParcelID) -> FilePath {
        let folder = store.statistics.staging
        return StagedName.path(of: parcel, in: folder) ?? folder.appending(StagedName(parcel: parcel, isHeld: false).text)
    }

    /// Finds out which parcels a fold cannot go on with. A full disk is no fault of theirs.
    private func failure(_ parcels: [ParcelID], _ error: any Error) -> FoldFailure {
        var failure = FoldFailure(reason: DiskTrouble.reason(error), folded: written(parcels))
        switch error {
        case is StatisticsError, StorageError.notFound, StorageError.corrupt, StorageError.badCompression, StorageError.unsupported: break
        default: return failure
        }
        for parcel in parcels {
            guard let reader = try? PartialReader(path(of: parcel)), (try? reader.check(plan: store.statistics.plan)) != nil,
                (try? reader.verify()) != nil, (try? store.limits.check(reader)) != nil
            else {
                failure.unusable.append(parcel)
                continue
            }
            do {
                let found = try disagreements(of: reader, parcel)
                failure.disagreements += found
                if !found.isEmpty { failure.unusable.append(parcel) }
            } catch {
                failure.storeDamage = error
            }
        }
        if failure.unusable.isEmpty, failure.storeDamage == nil { failure.storeDamage = damage(met: parcels) ?? error }
        return failure
    }

    /// What is wrong with the first section of the store that is beyond its own shards, of those that parcels belong to; nil where none is.
    private func damage(met parcels: [ParcelID]) -> (any Error)? {
        let readers = parcels.compactMap { try? PartialReader(path(of: $0)) }
        for key in Set(readers.flatMap { $0.sections.map(\.key) }).sorted() {
            do {
                if let reader = try store.statistics.reader(of: key) { try store.limits.check(reader) }
            } catch {
                return error
            }
        }
        return nil
    }

    /// The sections that the store has with a parcel's integers in them; what cannot be read now is left out.
    private func written(_ parcels: [ParcelID]) -> [SectionKey: [ParcelID]] {
        var written: [SectionKey: [ParcelID]] = [:]
        for parcel in parcels {
            guard let reader = try? PartialReader(path(of: parcel)) else { continue }
            for entry in reader.sections {
                guard let record = entry.shards.first, let held = try? store.statistics.reader(of: entry.key),
                    held.sections[0].shards.contains(where: { $0.shard == record.shard && $0.checksum == record.checksum })
                else { continue }
                written[entry.key, default: []].append(parcel)
            }
        }
        return written
    }

    /// Where the store has other integers of a parcel's shard: those of a copy whose fold was interrupted.
    private func disagreements(of reader: PartialReader, _ parcel: ParcelID) throws -> [ShardDisagreement] {
        guard store.comparesIntegers else { return [] }
        return try reader.sections.compactMap { entry in
            guard let record = entry.shards.first,
                let known = try store.statistics.reader(of: entry.key)?.sections[0].shards.first(where: { $0.shard == record.shard }),
                known.checksum != record.checksum
            else { return nil }
            return ShardDisagreement(
                section: entry.key, shard: record.shard, workers: [WorkerID(known.worker), WorkerID(record.worker)])
        }
    }
}
