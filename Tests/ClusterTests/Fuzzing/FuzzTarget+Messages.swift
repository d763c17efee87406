import Analysis
import Pipeline
import Scheduling
import Statistics
import Storage

@testable import Cluster

extension FuzzTarget {
    /// Frames behind each other, each with its length in two bytes before it.
    private static func joined(_ frames: [UInt8]...) -> [UInt8] {
        frames.flatMap { [UInt8($0.count & 0xFF), UInt8($0.count >> 8 & 0xFF)] + $0 }
    }

    private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var (frames, rest) = ([[UInt8]](), bytes[...])
        while rest.count >= 2, frames.count < 64 {
            let count = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
            rest = rest.dropFirst(2)
            frames.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return frames
    }

    /// A lease with its rows.
    ///
    /// - Parameter combinations: of labels; nil where the rows have none.
    private static func leaseRows(_ name: String, _ example: [UInt8], combinations: Int?) -> FuzzTarget {
        FuzzTarget(name: name, examples: [example], kinds: [.lease]) { bytes in
            let frames = split(bytes)
            guard let first = frames.first else { return false }
            do {
                let message = try IncomingMessage(
                    try [MessageHeader(kind: .lease).bytes, first].map { try ReceivedFrame(copying: $0) }, from: nil, MessageLimits())
                let grant = try message.body(as: LeaseGrant.self)
                let rows = try grant.shardRows(
                    try frames.dropFirst().map { try ReceivedFrame(copying: $0) }, vocabulary: 64, corpusRows: 1 << 16, domains: 4,
                    combinations: combinations)
                guard rows.tokens.count == grant.rows * grant.context, rows.indices.count == grant.rows,
                    rows.tokens.allSatisfy({ (0..<64).contains($0) }), (rows.labels == nil) == (combinations == nil),
                    rows.labels?.allSatisfy({ (0..<Int32(combinations ?? 0)).contains($0) }) != false
                else {
                    throw FuzzFinding("tokens or labels that the lease does not have")
                }
                return true
            } catch is MessageRefusal {
                return false
            }
        }
    }

    /// A question with its plan, as a worker reads it.
    private static func question(_ tiny: TinyPlan) throws -> FuzzTarget {
        let (inquiry, payload) = try tiny.inquiry()
        let folder = tiny.run.folder
        return FuzzTarget(name: "inquiry's frames", examples: payload.map(\.bytes)) { bytes in
            do {
                let (content, plan) = try inquiry.content(in: [try ReceivedFrame(copying: bytes)], for: folder)
                guard content.row.tokens.count == plan.numbers.corpus.context, content.question.model == "a" else {
                    throw FuzzFinding("another question than the one that was named")
                }
                return true
            } catch is MessageRefusal {
                return false
            } catch is PipelineError {
                return false
            } catch is StorageError {
                return false
            }
        }
    }

    /// The answer to a question with its sums.
    private static func sums() throws -> FuzzTarget {
        let sums = PredictionRows(count: 2, tokens: 14, sums: (0..<20).map { Double($0) / 3 })
        let (answer, payload) = BatchAnswer.message(
            sums, to: Digest(of: "question"), TaskID(shard: 1, group: 0), under: LeaseID(epoch: 1, number: 0), by: WorkerID("w"))
        let example = joined(try JSONFile.encode(answer, isPretty: false), payload[0].bytes)
        return FuzzTarget(name: "answer with sums", examples: [example]) { bytes in
            let frames = split(bytes)
            guard let first = frames.first else { return false }
            do {
                let message = try IncomingMessage(
                    try [MessageHeader(kind: .answer).bytes, first].map { try ReceivedFrame(copying: $0) }, from: nil, MessageLimits())
                let read = try message.body(as: BatchAnswer.self).sums(
                    in: try frames.dropFirst().map { try ReceivedFrame(copying: $0) }, rows: 2, tokens: 14, size: 10)
                guard read.count == 2, read.sums.count == 20 else { throw FuzzFinding("sums that the batch does not have") }
                return true
            } catch is MessageRefusal {
                return false
            }
        }
    }

    /// Whole messages, and what is packed into their payloads.
    static func messages(_ tiny: TinyPlan) throws -> [FuzzTarget] {
        let (grant, payload) = try tiny.grant(LeaseID(epoch: 1, number: 0), shard: 1, groups: [0, 1])
        let lease = try JSONFile.encode(grant, isPretty: false)
        let rows = payload.map(\.bytes)
        let plain = tiny.rows(1)
        let labelled = try LeaseGrant.payload(
            ShardRows(
                context: plain.context, indices: plain.indices, domains: plain.domains, tokens: plain.tokens,
                labels: plain.tokens.map { $0 % 4 })
        ).map(\.bytes)
        let (inventory, tables) = try LongBody.frames(of: [
            SectionInventory(
                key: SectionKey(kind: .examples, index: 0, stratum: 1),
                shards: [ShardRecord(shard: 3, checksum: Digest(of: "n"), worker: "w")]),
            SectionInventory(
                key: SectionKey(kind: .moments, index: 1, stratum: 0),
                shards: [ShardRecord(shard: 2, checksum: Digest(of: "m"), worker: "w")]),
        ])
        return [
            FuzzTarget(
                name: "message",
                examples: [joined(MessageHeader(kind: .lease).bytes, lease, rows[0]), joined(MessageHeader(kind: .left).bytes, [])]
            ) { bytes in
                let frames = split(bytes)
                do throws(MessageRefusal) {
                    let message = try IncomingMessage(frames.compactMap { try? ReceivedFrame(copying: $0) }, from: nil, MessageLimits())
                    return message.payload.count == frames.count - 2
                } catch {
                    return false
                }
            },
            try question(tiny), try sums(),
            leaseRows("lease with tokens", joined(lease, rows[0]), combinations: nil),
            leaseRows("lease with labels", joined(lease, labelled[0]), combinations: 4),
            FuzzTarget(name: "tokens", examples: [TokenFrame.bytes(of: [1, 2, 63])]) { bytes in
                let tokens = bytes.withUnsafeBytes { TokenFrame.tokens(in: $0) }
                guard TokenFrame.bytes(of: tokens) == Array(bytes.prefix(bytes.count / 4 * 4)) else { throw FuzzFinding("tokens change") }
                return true
            },
            FuzzTarget(
                name: "inventory",
                examples: [[UInt8(inventory.bytes & 0xFF), UInt8(inventory.bytes >> 8)] + tables[0].bytes]
            ) { bytes in
                guard bytes.count > 2 else { return false }
                do {
                    let inventory = Inventory(index: 0, round: 1, bytes: Int(bytes[0]) | Int(bytes[1]) << 8)
                    let sections = try inventory.sections(in: [try ReceivedFrame(copying: Array(bytes.dropFirst(2)))], limit: 1 << 15)
                    _ = HeldShards(sections).result(of: TaskID(shard: 3, group: 0), sections: sections.map(\.key))
                    return true
                } catch is MessageRefusal {
                    return false
                }
            },
            FuzzTarget(name: "nesting", examples: [Array(#"{"a":[[1],"[[",{"b":[]}]}"#.utf8)]) { bytes in
                // Against the plain reading: a text is skipped, a bracket counts.
                var (depth, deepest, place) = (0, 0, 0)
                while place < bytes.count {
                    switch bytes[place] {
                    case UInt8(ascii: "\""):
                        place += 1
                        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
                            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
                        }
                    case UInt8(ascii: "["), UInt8(ascii: "{"):
                        depth += 1
                        deepest = max(deepest, depth)
                    case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                    default: break
                    }
                    place += 1
                }
                for limit in [0, 1, 3, 8] where bytes.withUnsafeBytes({ JSONNesting.exceeds(limit, in: $0) }) != (deepest > limit) {
                    throw FuzzFinding("\(deepest) levels, limit \(limit)")
                }
                return deepest > 0
            },
        ]
    }
}
