import Scheduling
import Statistics

/// What the threads that work on the disk tell the reducer's loop. Arrivals have numbers: what is told of one that was given up is passed
/// over.
enum DiskReport: Sendable {
    /// An arrival is complete and is what its offer says.
    case verified(arrival: Int)
    /// An arrival is not what its offer says.
    case broken(arrival: Int, reason: String)
    /// A parcel is in the staging folder, synced.
    case staged(arrival: Int)
    /// A parcel could not be written.
    case stagingFailed(arrival: Int, reason: String)
    /// A fold is complete.
    case folded([ParcelID])
    /// A fold stopped.
    case foldFailed(FoldFailure)
    /// Sections are empty now.
    case emptied([SectionKey])
    /// Sections could not be emptied.
    case emptyingFailed([SectionKey], reason: String)
    /// What was asked for with a flush: `[SectionInventory]` with its frames.
    case inventory(round: Int, LongBody, [PayloadFrame])
    /// Some bytes of a file that the coordinator fetches.
    case piece(FilePiece, PayloadFrame)
    /// The process must end: another one has taken its store over.
    case lost(any Error)
}
