/// What leaves a task less memory than it needs.
public enum MemoryLimit: Equatable, Sendable {
    /// Bytes that were offered.
    case offer(Int)
    /// Bytes that the machine has, or the container.
    case machine(Int)
    /// The operating system maps no more for this process.
    case process

    /// How it reads behind what is needed.
    var text: String {
        switch self {
        case .offer(let bytes): "\(bytes >> 20) MiB were offered: no retry with this offer can succeed"
        case .machine(let bytes): "the machine or its container has \(bytes >> 20) MiB"
        case .process: "the operating system gives this process less (ulimit -v, or its overcommit settings)"
        }
    }
}
