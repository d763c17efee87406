import Foundation
import SmallRuns
import Testing

@testable import Storage

/// What `plan` takes at most, as the system counts it, does not grow with the corpus.
@Suite("The memory of plan with a large corpus")
struct LargeCorpusTests {
    /// What a thousand times as many rows may take more: a few bytes a row, for its domain and its place in the draw, and pieces of tokens.
    private static let more = 48 << 20
    private static let rows = 3 << 20

    /// A `.npy` of so many rows of zeros, of which the disk keeps the beginning only.
    private func writeZeros(rows: Int, in run: TinyRun) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: run.path("tokens.npy")))
        defer { try? file.close() }
        var header = "{'descr': '<u2', 'fortran_order': False, 'shape': (\(rows), \(TinyRun.context)), }"
        header = header.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8))
        try file.truncate(atOffset: UInt64(10 + header.utf8.count + 2 * rows * TinyRun.context))
    }

    private func peak(rows: Int, in run: TinyRun) throws -> Int {
        try writeZeros(rows: rows, in: run)
        let plan = try StartedProgram("\(rows)", ["plan", "run.yaml", "--output", "out\(rows)"], in: run.folder)
        let peak = plan.peakMemory()
        #expect(plan.end() == 0, "\(plan.errors)")
        return peak
    }

    @Test("is that of a small one, and less than its tokens take")
    func planning() throws {
        try TinyRun.with { run in
            try run.configure(tokens: "3k")
            let small = try peak(rows: Self.rows >> 10, in: run)
            let large = try peak(rows: Self.rows, in: run)
            #expect(small > 0 && large < small + Self.more, "\(large >> 20) MiB, \(small >> 20) MiB")
            #expect(Self.more < 2 * Self.rows * TinyRun.context)
        }
    }
}
