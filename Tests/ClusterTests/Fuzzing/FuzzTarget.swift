import SmallRuns

@testable import Cluster

/// Something that reads bytes from outside, for fuzzers: those of the test suite, and the coverage-guided one of `deploy/fuzz`.
struct FuzzTarget: Sendable {
    /// What is read.
    let name: String
    /// Inputs that are right, to begin with.
    let examples: [[UInt8]]
    /// The kinds of messages whose bodies they are; none: it reads something else.
    var kinds: [MessageKind] = []
    /// Takes any bytes.
    ///
    /// - Returns: whether they are what they should be.
    /// - Throws: `FuzzFinding`, and every other error that nobody expects there; a crash is a finding too.
    let take: @Sendable ([UInt8]) throws -> Bool

    /// All of them.
    ///
    /// - Throws: what making the examples throws.
    static func all(in folder: TemporaryFolder) throws -> [FuzzTarget] {
        let tiny = try TinyPlan(in: folder)
        return try bodies(tiny) + messages(tiny) + files(tiny, in: folder) + texts(in: folder)
    }
}

/// Something that a decoder must not do.
struct FuzzFinding: Error {
    let text: String

    init(_ text: String) { self.text = text }
}
