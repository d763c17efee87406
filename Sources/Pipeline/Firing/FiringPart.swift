import Analysis
import Storage
import SystemPackage

/// What was counted about two models over the first rows of a run's draw: `RUN/firing/a-b.npz`.
///
/// `identity` names plan and kernels; `partners` `[neurons]` and the counts `first`, `second` and `both` `[neurons]` are as in
/// ``FiringCounts``; `rows` and `tokens` say over how much.
struct FiringPart {
    /// Rows of the draw that are counted, from its beginning.
    private(set) var rows: Int
    private(set) var counts: FiringCounts

    /// Of nothing counted yet.
    init(of partners: FiringPartners) { (rows, counts) = (0, FiringCounts(neurons: partners.partners.count)) }

    /// Adds what the next rows say.
    mutating func add(_ counts: [FiringCounts], rows: Int) {
        for part in counts { self.counts.add(part) }
        self.rows += rows
    }

    /// What makes counts those of a plan.
    static func identity(of plan: RunPlan) -> Digest {
        var builder = DigestBuilder()
        // Raised when the same rows would give other counts.
        builder.update("firing 1")
        builder.update(plan.identity.bytes)
        builder.update(plan.ownKernels ?? "")
        return builder.finalize()
    }

    /// Reads what is there.
    ///
    /// - Returns: nil for nothing, and for counts of another plan or of other partners.
    /// - Throws: a `StorageError` for a damaged file.
    init?(_ path: FilePath, of partners: FiringPartners, in plan: RunPlan) throws {
        guard Folder.holdsFile(path) else { return nil }
        let arrays = try NumpyArchive.read(path)
        func counts(_ name: String) throws -> [Int64]? {
            guard let values = try arrays[name]?.values(as: Int64.self), values.count == partners.partners.count else { return nil }
            return values
        }
        guard try arrays["identity"]?.values(as: UInt8.self) == Self.identity(of: plan).bytes,
            try arrays["partners"]?.values(as: Int32.self) == partners.partners
        else { return nil }
        guard let rows = try arrays["rows"]?.values(as: Int64.self).first, let tokens = try arrays["tokens"]?.values(as: Int64.self).first,
            let first = try counts("first"), let second = try counts("second"), let both = try counts("both"),
            rows >= 0, rows <= plan.numbers.corpus.rows, tokens >= 0, tokens <= rows * Int64(plan.numbers.corpus.context)
        else { throw StorageError.corrupt(path, offset: nil, problem: "it does not have the counts of each neuron") }
        self.rows = Int(rows)
        self.counts = FiringCounts(tokens: Int(tokens), first: first, second: second, both: both)
    }

    /// Writes it in one step.
    ///
    /// - Throws: a `StorageError`.
    func write(to path: FilePath, of partners: FiringPartners, in plan: RunPlan, on files: some FileLayer) throws {
        try NumpyArchive.write(
            path,
            [
                .init("identity", Self.identity(of: plan).bytes), .init("rows", [Int64(rows)], shape: []),
                .init("tokens", [Int64(counts.tokens)], shape: []), .init("partners", partners.partners), .init("first", counts.first),
                .init("second", counts.second), .init("both", counts.both),
            ], on: files)
    }
}
