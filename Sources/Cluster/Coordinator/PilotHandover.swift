import Pipeline
import Synchronization

/// What the coordinator of a screened run's pilot leaves to that of the run itself.
///
/// Workers and reducers that others have started stay where they are: they meet the run's coordinator at the pilot's address. Whoever looks
/// for the run by its folder finds either.
final class PilotHandover: Sendable {
    /// The run.
    let folder: RunFolder
    /// Counts the coordinators of the pilot.
    let pilotEpoch: Int
    /// Counts those of the run.
    let runEpoch: Int
    private let left = Mutex<(address: PostedAddress?, endpoint: Endpoint?)>((nil, nil))

    /// - Parameter epoch: counts the processes that have owned the run. No epoch of the pilot is one of the run: what was said under one of
    ///   them means nothing under the other.
    init(of folder: RunFolder, epoch: Int) {
        self.folder = folder
        (pilotEpoch, runEpoch) = (2 * epoch, 2 * epoch + 1)
    }

    /// Where the pilot's coordinator has listened for those that others have started; nil where it has not.
    var endpoint: Endpoint? { left.withLock { $0.endpoint } }

    /// Keeps the address of the pilot's coordinator until the run has its own: nobody shall take the run for over.
    func keep(_ address: PostedAddress?, of endpoint: Endpoint?) { left.withLock { $0 = (address, endpoint) } }

    /// Lets go of the address: the run has its own now.
    func release() { left.withLock { $0.address = nil } }
}
