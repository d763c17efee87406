/// How a process ended.
enum ChildEnd: Sendable, Hashable, CustomStringConvertible {
    /// By itself.
    case exit(Int32)
    /// By a signal.
    case signal(Int32)

    var description: String {
        switch self {
        case .exit(let status): "exit code \(status)"
        case .signal(let number): "signal \(number)"
        }
    }
}
