import Scheduling
import Statistics

/// Why a fold stopped, and what cannot be folded at all.
struct FoldFailure: Sendable {
    /// Why.
    var reason: String
    /// The sections that were written before, with the parcels that are in each.
    var folded: [SectionKey: [ParcelID]] = [:]
    /// Staged parcels that are damaged, or that the store contradicts: their tasks are computed again.
    var unusable: [ParcelID] = []
    /// Where the store has other integers.
    var disagreements: [ShardDisagreement] = []
    /// What is wrong with the store itself, where no later fold can go on either.
    var storeDamage: (any Error)?
}
