import Statistics
import Storage

/// What happens to a reducer. Events may come late, twice, and in any order.
public enum ReducerEvent: Sendable {
    /// A worker offers a parcel.
    case offered(ParcelOffer)
    /// Some bytes of a parcel have come.
    case progressed(ParcelID, from: WorkerID)
    /// All bytes of a parcel have come from a worker and are what its offer says.
    case arrived(ParcelID, from: WorkerID)
    /// The bytes from a worker are not what its offer says.
    case broken(ParcelID, from: WorkerID, reason: String)
    /// A parcel is written and synced.
    case staged(ParcelID)
    /// A parcel could not be written.
    case stagingFailed(ParcelID, reason: String)
    /// A fold is complete: the numbers are written and synced.
    case folded([ParcelID])
    /// A fold stopped; the sections that it had written and synced before, with the parcels that are in each now.
    case foldFailed(reason: String, folded: [SectionKey: [ParcelID]] = [:])
    /// Staged parcels cannot be read: they are dropped and computed again. During a fold its end is told all the same.
    case damaged([ParcelID], reason: String)
    /// A parcel has the right numbers and may be folded; all others of its task are wrong.
    case released(ParcelID)
    /// A parcel has wrong numbers.
    case discarded(ParcelID)
    /// The wrong sections were emptied.
    case emptied([SectionKey])
    /// The wrong sections could not be emptied; it is tried again.
    case emptyingFailed([SectionKey], reason: String)
    /// No more tasks come: everything that may be folded is folded now, and sections with wrong numbers are emptied.
    ///
    /// The same round may be asked for again while its answer is on the way. Nothing is emptied for that: the answer would be untrue.
    case flush(round: Int, wrong: [WrongNumbers])
    /// Time has passed.
    case tick
}
