import Scheduling

/// Why a fold stopped, and what cannot be folded at all.
struct FoldFailure: Sendable {
    /// Why.
    var reason: String
    /// Staged parcels that are damaged, or that the store contradicts: their tasks are computed again.
    var unusable: [ParcelID] = []
    /// Where the store has other integers.
    var disagreements: [ShardDisagreement] = []
    /// What is wrong with the store itself, where no later fold can go on either.
    var storeDamage: (any Error)?
}
