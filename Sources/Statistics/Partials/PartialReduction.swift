import Kernels
import Storage
import SystemPackage

/// Merges files of partial sums into one: the `reduce` of the map-reduce.
public struct PartialReduction {
    /// Shapes, from the plan.
    public let shape: SectionShape
    /// The identity of the plan that all inputs must belong to.
    public let plan: Digest
    /// Threads.
    public let team: ThreadTeam

    /// A reduction of files of one plan.
    public init(shape: SectionShape, plan: Digest, team: ThreadTeam) {
        self.shape = shape
        self.plan = plan
        self.team = team
    }

    /// Merges files in any order and grouping into one file.
    ///
    /// Memory: a few sections for each thread, whatever the inputs' number and size.
    ///
    /// - Parameter check: called before each few sections; may throw to stop.
    /// - Returns: how many of them are added up: those that are contained in others are not.
    /// - Throws: `StatisticsError`, `StorageError`, what `check` throws; the output then stays as it was.
    @discardableResult
    public func reduce(
        _ readers: [PartialReader], to path: FilePath, on files: some FileLayer = LocalFiles(), check: () throws -> Void = {}
    ) throws -> Int {
        for reader in readers { try reader.check(plan: plan) }
        // All overlaps are found before anything is computed.
        let merges = try SectionMerge.inputs(of: readers).map { try SectionMerge(key: $0.key, inputs: $0.inputs, shape: shape) }
        try PartialWriter(plan: plan, team: team).write(to: path, on: files) { append in
            let batch = 4 * team.count
            // Sums by token, which come last, are as large as all others together: one section after the other.
            let large = merges.firstIndex { $0.key.kind == .means } ?? merges.count
            var start = 0
            while start < merges.count {
                let end = start < large ? min(start + batch, large) : start + 1
                try check()
                try append(try merged(Array(merges[start..<end])))
                start = end
            }
        }
        return Set(merges.flatMap { $0.chosen.map { ObjectIdentifier($0.reader) } }).count
    }

    /// Adds up some sections in parallel.
    func merged(_ merges: [SectionMerge]) throws -> [Section] {
        let shape = shape
        return try team.map(merges.count) { item, _ in try merges[item].merged(shape: shape) }.compactMap(\.self)
    }
}
