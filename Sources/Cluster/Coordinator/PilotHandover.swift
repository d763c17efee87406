import Pipeline
import Synchronization

/// What the coordinator of a screened run's pilot leaves to that of the run itself.
///
/// Workers and reducers that others have started stay where they are: they meet the run's coordinator at the pilot's address. Whoever looks
/// for the run by its folder finds either.
final class PilotHandover: Sendable {
    /// The run.
    let folder: RunFolder
    private let left = Mutex<(address: PostedAddress?, endpoint: Endpoint?)>((nil, nil))

    init(of folder: RunFolder) { self.folder = folder }

    /// The epoch of a screened run's own coordinator: none of its pilot's, which are those of the pilot's folder, also where somebody resumes
    /// the pilot alone. What was said under one of them means nothing under the other.
    ///
    /// - Parameter owners: counts the processes that have owned the run.
    static func epoch(ofRunOwnedBy owners: Int) -> Int { firstOfRun + owners }

    /// More than the processes that ever own a pilot.
    private static let firstOfRun = 1_000_000

    /// Where the pilot's coordinator has listened for those that others have started; nil where it has not.
    var endpoint: Endpoint? { left.withLock { $0.endpoint } }

    /// Keeps the address of the pilot's coordinator until the run has its own: nobody shall take the run for over.
    func keep(_ address: PostedAddress?, of endpoint: Endpoint?) { left.withLock { $0 = (address, endpoint) } }

    /// Lets go of the address: the run has its own now.
    func release() { left.withLock { $0.address = nil } }
}
