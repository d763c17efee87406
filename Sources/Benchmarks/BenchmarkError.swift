import Diagnostics

/// What can go wrong in a measurement; everything else is reported as a line that was skipped, with its reason.
public enum BenchmarkError: DiagnosedError, Equatable {
    /// A peer did not start, died, or answered something that was not asked.
    case peerFailed(script: String, reason: String)
    /// A process of this program that was to be measured did not start, or ended too early.
    case processFailed(name: String, reason: String)
    /// There is no room or permission for the files of a measurement.
    case noScratch(path: String, reason: String)
    /// A file is none that this version saves.
    case notSaved(path: String, reason: String)
    /// Something was computed wrongly, however fast.
    case wrongResults(lines: [String])

    /// The facts of the error.
    public var message: String {
        switch self {
        case .peerFailed(let script, let reason): "the peer \(script) failed: \(reason)"
        case .processFailed(let name, let reason): "the \(name) that was to be measured failed: \(reason)"
        case .noScratch(let path, let reason): "\(path) cannot hold the benchmark's files (\(reason))"
        case .notSaved(let path, let reason): "\(path) cannot be shown: \(reason)"
        case .wrongResults(let lines): "results are further from the reference than they may be: \(lines.joined(separator: "; "))"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .peerFailed: "try the script by hand with the interpreter of `--python`, or leave `--python` out to skip the peers"
        case .processFailed: "look at what it says; `doctor` checks this machine"
        case .noScratch: "set TMPDIR to a folder with 8 GB of room"
        case .notSaved: "give a file that `bench --save` or `bench --json` of this version wrote; measure again where there is none"
        case .wrongResults: "run `doctor`; do not trust this machine's results before the reason is known"
        }
    }

    /// What the process ends with.
    public var exitStatus: ExitStatus {
        switch self {
        case .peerFailed, .processFailed: .unavailable
        case .noScratch: .cannotCreate
        case .notSaved: .dataError
        case .wrongResults: .software
        }
    }
}
