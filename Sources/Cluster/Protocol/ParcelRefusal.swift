import Scheduling

/// A parcel's bytes were not what its offer said.
struct ParcelRefusal: Codable, Sendable, Hashable {
    /// The parcel.
    let parcel: ParcelID
    /// What is wrong.
    let reason: String
}
