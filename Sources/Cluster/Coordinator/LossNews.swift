import Scheduling

/// What the log says of the workers and attempts that were lost with some records: one line for each worker and reason, however many tasks
/// it had.
struct LossNews {
    /// A worker, and what became of it or of its attempt.
    private struct Cause: Hashable {
        let worker: WorkerID
        let reason: String
    }

    private struct Loss {
        var isOfWorker = false
        var host: String?
        var tasks: [TaskID] = []
    }

    private var causes: [Cause] = []
    private let isAwaited: (WorkerID) -> Bool
    private var losses: [Cause: Loss] = [:]

    /// Collects the losses among records that were committed together.
    ///
    /// - Parameter isAwaited: whether a worker is known from an earlier coordinator only: most of those have ended in good order.
    init(_ records: [SchedulerRecord], isAwaited: @escaping (WorkerID) -> Bool = { _ in false }) {
        self.isAwaited = isAwaited
        for record in records {
            switch record {
            case .workerLost(let worker, let reason): note(Cause(worker: worker, reason: reason)) { $0.isOfWorker = true }
            case .attemptFailed(let task, _, let failure):
                note(Cause(worker: failure.worker, reason: failure.reason)) {
                    $0.host = failure.host
                    $0.tasks.append(task)
                }
            default: break
            }
        }
    }

    /// The workers that are lost themselves.
    var workers: Set<WorkerID> { Set(causes.filter { losses[$0]?.isOfWorker == true }.map(\.worker)) }

    /// The lines of what was lost.
    var lines: [String] { causes.filter { !isHarmless($0) }.compactMap { cause in losses[cause].map { Self.line(cause, $0) } } }

    /// The lines of workers that had nothing to do and have not come to this coordinator.
    var harmlessLines: [String] {
        causes.filter(isHarmless).map { "worker \($0.worker), which an earlier coordinator had, has not come again" }
    }

    private func isHarmless(_ cause: Cause) -> Bool {
        guard let loss = losses[cause] else { return false }
        return loss.isOfWorker && loss.tasks.isEmpty && isAwaited(cause.worker)
    }

    private mutating func note(_ cause: Cause, _ change: (inout Loss) -> Void) {
        if losses[cause] == nil { causes.append(cause) }
        change(&losses[cause, default: Loss()])
    }

    private static func line(_ cause: Cause, _ loss: Loss) -> String {
        // A dozen names show which; `events` has all.
        let names = loss.tasks.prefix(12).map(\.description).joined(separator: ", ") + (loss.tasks.count > 12 ? ", …" : "")
        let tasks = loss.tasks.count == 1 ? "task \(names)" : "\(loss.tasks.count) tasks (\(names))"
        let worker = cause.worker.name + (loss.host.map { " (\($0))" } ?? "")
        guard loss.isOfWorker else { return "\(tasks) came to nothing on \(worker): \(cause.reason)" }
        return "worker \(worker) is lost\(loss.tasks.isEmpty ? "" : " with \(tasks)"): \(cause.reason)"
    }
}
