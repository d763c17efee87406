/// The numbers that bound what a reducer holds. They change when something is folded, never what.
public struct ReducerPolicy: Hashable, Codable, Sendable {
    /// Bytes that may be on their way or in memory at a time; one parcel always may.
    public var window = 512 << 20
    /// Staged bytes that start a fold: folding rewrites a block, so several shards share one pass.
    public var foldBytes = 1 << 30
    /// Parcels of one fold at most: each is mapped, and Linux maps 65,530 files of a process.
    public var foldParcels = 16_384
    /// Staged bytes above which no more are invited until some are folded.
    public var stagingLimit = 8 << 30
    /// Milliseconds without a sign of an invited parcel after which its room goes to another.
    public var arrivalPatience: Int64 = 60_000
    /// The same while it flushes: then all that is on its way has to end, and whoever is alive offers again.
    public var flushPatience: Int64 = 10_000
    /// Milliseconds without a piece from an invited worker after which another that offers the same parcel takes its place. Three times
    /// `inviteAgain`, so that a worker that lives has had its chances; it is much less than `arrivalPatience` because here nothing is lost:
    /// the other has the same bytes and has just shown that it lives.
    public var takeoverPatience: Int64 = 15_000
    /// Milliseconds without progress after which a worker that offers a parcel again is invited again: its invitation may have been lost.
    public var inviteAgain: Int64 = 5_000
    /// Milliseconds after which an offer that waits and was not repeated is dropped: its worker is gone, or wants to send it no more. Workers
    /// repeat theirs every three seconds.
    public var offerPatience: Int64 = 15_000
    /// Offers of one worker that wait; what is beyond it offers again later.
    public var offersPerWorker = 1_000
    /// Milliseconds before a disk that refused is tried again.
    public var diskPatience: Int64 = 5_000

    /// What suits a reducer with a disk of its own and some GB of memory.
    public init() {}
}
