import Scheduling
import Storage

/// Asks a reducer to fold everything that may be folded, and then to say what it holds. Behind it `FlushRequest.News` as JSON, compressed
/// with zstd, in as many frames as it takes.
struct FlushRequest: Codable, Sendable, Hashable {
    /// Counts the questions; an answer to an older one is not wanted any more.
    let round: Int
    /// Bytes of the JSON before compression.
    let bytes: Int

    /// A worker's numbers of a task, which have to be emptied: the plan says where they are.
    struct Wrong: Codable, Sendable, Hashable {
        /// The task.
        let task: TaskID
        /// Who computed them.
        let worker: WorkerID
    }

    /// What a reducer must know before it folds.
    struct News: Codable, Sendable, Hashable {
        /// All verdicts so far: one that was lost on the way must not hold a parcel back.
        var verdicts: [Verdict] = []
        /// Numbers that have to be emptied.
        var wrong: [Wrong] = []
    }

    private static let frameBytes = 32 << 20
    /// Far more than thousands of verdicts on every one of a million tasks take.
    private static let largest = 1 << 30

    /// A question with its frames.
    ///
    /// - Throws: an `EncodingError`, `StorageError`.
    static func message(round: Int, _ news: News) throws -> (FlushRequest, [PayloadFrame]) {
        let json = try JSONFile.encode(news, isPretty: false)
        let packed = try Zstd.compress(json, level: 3)
        let frames = stride(from: 0, to: packed.count, by: frameBytes).map {
            PayloadFrame(copying: Array(packed[$0..<min($0 + frameBytes, packed.count)]))
        }
        return (FlushRequest(round: round, bytes: json.count), frames)
    }

    /// What the frames hold.
    ///
    /// - Throws: `MessageRefusal.body`.
    func news(in payload: [ReceivedFrame]) throws -> News {
        guard (0...Self.largest).contains(bytes) else { throw MessageRefusal.body(.flush, problem: "it has \(bytes) bytes") }
        do {
            let json = try Zstd.decompress(payload.flatMap(\.bytes), count: bytes)
            return try json.withUnsafeBytes { try JSONFile.decode(News.self, from: $0, of: "verdicts") }
        } catch {
            throw MessageRefusal.body(.flush, problem: "\(error)")
        }
    }
}
