import Scheduling

/// A parcel that was invited and is coming.
struct Arrival {
    /// Told apart from an earlier one of the same parcel.
    let number: Int
    /// What its worker said of it.
    let offer: ParcelOffer
    /// How many of its bytes are here.
    var received = 0
    /// When some came last.
    var heard: SchedulerTime?

    /// Whether all of its bytes are with the disk's thread.
    var isComplete: Bool { received == offer.bytes }
}
