import Scheduling
import Statistics
import Storage

/// A place in a simulated cluster.
enum SimulatedPlace: Hashable {
    case coordinator
    case worker(WorkerID)
    case reducer(Int)
}

/// What travels in a simulated cluster.
enum SimulatedMessage {
    case scheduler(SchedulerEvent)
    case lease(Lease)
    case revoke(LeaseID)
    case offer(ParcelOffer)
    case invite(ParcelID, reducer: Int)
    /// The first bytes of a parcel, and all of it.
    case piece(ParcelID, from: WorkerID)
    case parcel(ParcelID, from: WorkerID)
    case acknowledgement(ParcelID, reducer: Int)
    case refusal(ParcelID, reducer: Int)
    case verdict(ReducerEvent)
    case flush(round: Int, wrong: [WrongNumbers])
    case inventory(reducer: Int, round: Int, [SectionKey: [Int: FoldedShard]])
}
