import Scheduling

extension ClusterStatus.Worker {
    /// What is known of a worker that has come.
    ///
    /// - Parameters:
    ///   - known: what the scheduler knows; nil before it takes leases.
    ///   - active: the lease that it is at.
    ///   - state: what it does, in one word.
    init(
        _ worker: WorkerID, _ contact: WorkerContact, known: WorkerState?, active: ActiveLease?, state: String, at now: SchedulerTime
    ) {
        let offer = known?.offer ?? contact.ready?.offer
        self.init(
            name: worker.name, host: offer?.host ?? "", process: offer?.process ?? 0, threads: offer?.threads ?? 0,
            memory: offer?.memory ?? 0, residentBytes: contact.heartbeat?.residentBytes ?? 0,
            peakResidentBytes: contact.heartbeat?.peakResidentBytes ?? 0, state: state, shard: active?.lease.shard,
            seconds: active.map { Int((now - $0.granted) / 1_000) }, tokensPerSecond: contact.heartbeat?.tokensPerSecond ?? 0,
            done: known?.done ?? 0, failures: known?.failures ?? 0, silentSeconds: known.map { Int((now - $0.heard) / 1_000) } ?? 0)
    }
}
