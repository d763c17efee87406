import Foundation
import Testing

/// A command that is frozen while some shards of its run wait to be folded, and others are to come.
struct FrozenRun {
    let program: StartedProgram
    /// Shards that wait to be folded, ascending.
    let staged: [Int]

    /// Starts a command and freezes it.
    ///
    /// - Returns: nil where it has been too fast: most of its shards are done.
    init?(_ output: String, _ arguments: [String], in run: TinyRun) throws {
        let (program, store) = (try StartedProgram(output, arguments, in: run.folder), "\(output)/store")
        self.program = program
        _ = program.waits("a partial") { !run.staged(in: store).isEmpty }
        let isFrozen = ProcessTree.stop(program.process.processIdentifier)
        staged = run.staged(in: store).compactMap { name in name.firstMatch(of: /^shard(\d+)\./).flatMap { Int($0.1) } }.sorted()
        guard isFrozen, (1...40).contains(staged.count) else {
            kill(program.process.processIdentifier, SIGKILL)
            _ = program.end()
            return nil
        }
    }

    /// Tries something until it gives a result, each time in another folder: a test may have to wait for a processor while a run goes on.
    static func attempts<Result>(_ attempt: (_ output: String) throws -> Result?) throws -> Result {
        for number in 0..<10 {
            if let result = try attempt("frozen\(number)") { return result }
        }
        throw AlwaysTooFast()
    }

    /// Raised when every run was over too soon.
    struct AlwaysTooFast: Error {}

    /// Has it go on.
    func thaw() { kill(program.process.processIdentifier, SIGCONT) }
}
