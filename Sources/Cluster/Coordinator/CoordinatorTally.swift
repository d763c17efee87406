import Scheduling

/// Counts what a coordinator has seen and done since it was started, for the metrics.
struct CoordinatorTally: Sendable {
    /// How audits ended.
    enum Audit: String, CaseIterable, Sendable { case agreed, disagreed, skipped }

    private(set) var leasesGranted: [Lease.Purpose: Int] = [:]
    private(set) var leasesEnded: [LeaseEnd: Int] = [:]
    private(set) var attemptsFailed: [TaskFailure.Kind: Int] = [:]
    private(set) var audits: [Audit: Int] = [:]
    private(set) var tasksDone = 0, tasksReopened = 0, tasksGivenUp = 0, contradictions = 0
    private(set) var workersJoined = 0, workersLost = 0, workersDistrusted = 0
    /// Commits of the ledger, what they wrote, and how long they took.
    private(set) var commits = 0, records = 0, commitSeconds = 0.0
    /// Bytes of models that workers were given.
    var modelBytes = 0

    /// Counts a commit of the ledger, and what it wrote.
    mutating func count(_ records: [SchedulerRecord], committedIn time: Duration) {
        guard !records.isEmpty else { return }
        commits += 1
        self.records += records.count
        commitSeconds += time / .seconds(1)
        for record in records { count(record) }
    }

    private mutating func count(_ record: SchedulerRecord) {
        switch record {
        case .workerJoined: workersJoined += 1
        case .workerLost: workersLost += 1
        case .workerDistrusted: workersDistrusted += 1
        case .leaseGranted(let lease, _): leasesGranted[lease.purpose, default: 0] += 1
        case .leaseEnded(_, let end, _): leasesEnded[end, default: 0] += 1
        case .taskDone: tasksDone += 1
        case .attemptFailed(_, _, let failure): attemptsFailed[failure.kind, default: 0] += 1
        case .taskFailed: tasksGivenUp += 1
        case .taskReopened: tasksReopened += 1
        case .auditAgreed: audits[.agreed, default: 0] += 1
        case .auditDisagreed: audits[.disagreed, default: 0] += 1
        case .auditSkipped: audits[.skipped, default: 0] += 1
        case .taskContradicted: contradictions += 1
        case .workerLeft, .workerBack, .workerDraining, .reducerReassigned, .resumed, .finished: break
        }
    }
}
