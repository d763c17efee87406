import Statistics
import Storage

/// What a reducer's state machine wants done.
public enum ReducerAction: Sendable, Hashable {
    /// Tell a worker to send a parcel.
    case invite(ParcelID, from: WorkerID)
    /// Tell a worker that a parcel is safe: on the disk, or there already.
    case acknowledge(ParcelID, to: WorkerID)
    /// Nothing to do: a copy with other integers than those that stand is not taken, where they are not compared. It may be said more than
    /// once of the same copy.
    case passOver(ParcelID, from: WorkerID)
    /// Tell a worker that its bytes were wrong.
    case refuse(ParcelID, to: WorkerID, reason: String)
    /// Write a parcel that has arrived into the staging folder, and sync.
    case stage(ParcelID)
    /// Forget the bytes of a parcel.
    case forget(ParcelID)
    /// Fold staged parcels, each section in one pass.
    case fold([ParcelID])
    /// Remove staged parcels.
    case unstage([ParcelID])
    /// Empty sections that hold wrong numbers: their shards are computed again.
    case empty([SectionKey])
    /// Two workers' integers of a shard differ. It may be said more than once of the same parcel, so that nobody misses it.
    case report(ShardDisagreement)
    /// Nothing is taken for the time being; why.
    case pause(reason: String)
    /// Parcels are taken again.
    case resume
    /// After a flush: everything is folded.
    case flushed
}
