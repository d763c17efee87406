import Cluster
import Diagnostics
import Pipeline
import Scheduling

/// An error about a task that has the name of a neuron, too: whoever means the neuron is told what shows it.
struct NeuronAsTaskError: DiagnosedError {
    private let cause: ClusterError
    private let task: TaskID
    private let folder: RunFolder

    /// - Returns: nil for an error that has nothing to do with what was named, and for what no neuron is called.
    init?(_ error: any Error, named name: TaskName, in place: RunPlace) {
        guard let cause = error as? ClusterError, case .id(let task) = name, case .folder(let folder) = place else { return nil }
        switch cause {
        case .noSuchTask, .ofOneProcess, .ledgerMissing: break
        default: return nil
        }
        (self.cause, self.task, self.folder) = (cause, task, folder)
    }

    var message: String { cause.message }
    var remedy: String { "\(cause.remedy); if a neuron is meant, `universal-neurons neuron \(folder.path) \(task)` shows it" }
    var exitStatus: ExitStatus { cause.exitStatus }
}
