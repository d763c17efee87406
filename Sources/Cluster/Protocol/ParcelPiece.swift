import Pipeline
import Scheduling

/// Some bytes of a parcel, in one frame behind it. Pieces come in order.
struct ParcelPiece: Codable, Sendable, Hashable {
    /// The parcel.
    let parcel: ParcelID
    /// Who sends it.
    let worker: WorkerID
    /// Where the bytes begin.
    let offset: Int
    /// Bytes of the whole parcel.
    let total: Int

    /// How many bytes travel at a time.
    static let size = ParcelTraffic.pieceBytes
}
