import Statistics

/// The sets of replicates that the error bars, cross-fitting and convergence need, each distinct set once.
struct ReplicateDesign: Sendable {
    /// A beginning of the replicates, for the convergence curve.
    struct Prefix: Sendable {
        /// How many replicates it has.
        let replicates: Int
        /// Its place in ``ReplicateDesign/sets``.
        let set: Int
        /// For each of its replicates the place of the set without it; empty when it has one replicate only.
        let leaveOneOut: [Int]
    }

    /// Replicates in the plan.
    let replicates: Int
    /// The distinct sets; the first is all replicates.
    let sets: [ReplicateSet]
    /// 1, 2, 4, 8, … replicates, and all of them at the end; without a curve of convergence the last alone.
    let prefixes: [Prefix]
    /// The even and the odd replicates: partners are chosen on one half and read on the other. Nil with one replicate.
    let halves: (even: ReplicateSet, odd: ReplicateSet)?

    /// The sets that leave one of all replicates out; empty when there is one replicate only.
    var leaveOneOut: [Int] { prefixes.last?.leaveOneOut ?? [] }

    /// - Parameter showsConvergence: whether beginnings of the replicates are looked at.
    init(replicates: Int, showsConvergence: Bool = true) {
        self.replicates = replicates
        var sets = [ReplicateSet.all(replicates)]
        func place(_ set: ReplicateSet) -> Int {
            if let known = sets.firstIndex(of: set) { return known }
            sets.append(set)
            return sets.count - 1
        }
        func prefix(_ count: Int) -> Prefix {
            let all = ReplicateSet.all(count)
            return Prefix(
                replicates: count, set: place(all), leaveOneOut: count < 2 ? [] : (0..<count).map { place(all.removing($0)) })
        }
        var prefixes: [Prefix] = []
        var count = 1
        while showsConvergence && count < replicates {
            prefixes.append(prefix(count))
            count *= 2
        }
        prefixes.append(prefix(replicates))
        self.sets = sets
        self.prefixes = prefixes
        halves =
            replicates < 2
            ? nil
            : (
                ReplicateSet(stride(from: 0, to: replicates, by: 2)), ReplicateSet(stride(from: 1, to: replicates, by: 2))
            )
    }
}
