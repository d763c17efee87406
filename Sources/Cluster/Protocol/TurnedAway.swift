import Diagnostics

/// Why a process is not wanted: it prints this and ends.
struct TurnedAway: Codable, Sendable, Hashable {
    /// What is wrong.
    let reason: String
    /// What to do about it.
    let remedy: String
    /// The exit code.
    let status: Int32

    /// What peers of different versions can do.
    static let sameVersion = "use the same version of the program everywhere"
}
