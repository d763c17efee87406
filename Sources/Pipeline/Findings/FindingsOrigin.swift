import Analysis
import Statistics
import Storage

/// What the findings of a column group were made of: equal origins have equal findings.
public struct FindingsOrigin: Codable, Hashable, Sendable {
    /// The plan's identity.
    public let plan: Digest
    /// The hash of what the analysis is asked for, and of the program's version.
    public let settings: Digest
    /// The hash of the group's tables of shards: which shards with which integers.
    public let statistics: Digest
    /// The shards of the group, ascending.
    public let shards: [Int]

    /// The origin of findings of one group.
    ///
    /// - Parameters:
    ///   - universality: what the analysis is asked for; nil: what the plan says.
    ///   - tables: for each section of the group its table of shards, in any order; sections without shards do not count.
    public init(_ plan: RunPlan, universality: UniversalityConfiguration? = nil, tables: [SectionKey: [ShardRecord]]) throws {
        self.plan = plan.identity
        settings = try Self.settings(of: plan, universality: universality ?? plan.universality)
        var builder = DigestBuilder()
        var shards: Set<Int> = []
        for (key, records) in tables.sorted(by: { $0.key < $1.key }) where !records.isEmpty {
            builder.update(key.kind.rank)
            builder.update(key.index)
            builder.update(key.stratum)
            builder.update(records.count)
            for record in records.sorted(by: { $0.shard < $1.shard }) {
                builder.update(record.shard)
                builder.update(record.checksum.bytes)
                shards.insert(record.shard)
            }
        }
        statistics = builder.finalize()
        self.shards = shards.sorted()
    }

    /// The hash of what a plan's analysis is asked for.
    ///
    /// - Throws: `StorageError` when it cannot be written as JSON.
    static func settings(of plan: RunPlan, universality: UniversalityConfiguration) throws -> Digest {
        let asked = Asked(universality: universality, matrices: plan.configuration.matrices, program: ProgramVersion.current)
        return Digest(of: try JSONFile.encode(asked, isPretty: false))
    }

    private struct Asked: Encodable {
        let universality: UniversalityConfiguration
        let matrices: MatrixFormat
        let program: String
    }
}
