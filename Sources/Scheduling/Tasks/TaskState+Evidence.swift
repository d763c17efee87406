import Storage

extension TaskState {
    /// Numbers that are known to be wrong, with whoever computed them; the digest is nil where only a reducer has seen them.
    var wrong: [(worker: WorkerID, digest: Digest?)] {
        guard let digest else { return [] }
        let named = refuted + results.filter { $0.digest != digest && !refuted.contains($0) }
        var wrong: [(worker: WorkerID, digest: Digest?)] = named.map { ($0.worker, $0.digest) }
        for contradiction in contradictions where contradiction.digest == digest {
            if !wrong.contains(where: { $0.worker == contradiction.held }) { wrong.append((contradiction.held, nil)) }
        }
        return wrong
    }

    /// Whether reducers have to know which numbers of it are right.
    var needsVerdict: Bool {
        guard phase == .done else { return false }
        // Without any of these there is one digest, and reducers fold it as it comes.
        return isAudited || !refuted.isEmpty || !contradictions.isEmpty || results.count > 1 && Set(results.map(\.digest)).count > 1
    }

    /// Whether it waits for a worker that computes it another time.
    var isOpenAudit: Bool { phase == .auditing && leases.isEmpty }

    /// Enters the phase that the evidence asks for.
    mutating func stand() {
        let idle = leases.isEmpty ? Phase.waiting : .running
        if let verdict {
            phase = results.contains { $0.digest == verdict } ? .done : idle
        } else if agreed != nil {
            phase = .done
        } else if results.isEmpty {
            phase = idle
        } else {
            phase = results.count == 1 && !isAudited ? .done : .auditing
        }
    }

    /// Whether a worker has failed at it. That its numbers vanished once is more likely the reducers' loss than its fault.
    func hasFailed(on worker: WorkerID) -> Bool {
        failures.contains { $0.worker == worker && ($0.kind != .vanished || vanishings > 1) }
    }

    /// Whether a worker that gave it back is not given it again yet.
    func isResting(_ worker: WorkerID, at now: SchedulerTime) -> Bool {
        returns.contains { $0.worker == worker && $0.notBefore > now }
    }

    /// A worker gives it back.
    mutating func note(returnBy worker: WorkerID, at now: SchedulerTime, under policy: SchedulerPolicy) {
        let place = returns.firstIndex { $0.worker == worker } ?? returns.endIndex
        if place == returns.endIndex { returns.append(Return(worker: worker, count: 0, notBefore: .zero)) }
        returns[place].count += 1
        returns[place].notBefore = now + policy.wait(afterFailures: returns[place].count)
    }

    /// It has to be computed again: what was decided of it stays known.
    mutating func reopen(afterConvictions convictions: Int) {
        if phase == .failed {
            failures = []
            returns = []
            vanishings = 0
            // Numbers that differ are evidence still: another worker's decide.
            if Set(results.map(\.digest)).count < 2 { results = [] }
        } else {
            if let decided = verdict ?? agreed {
                verdict = decided
                refuted += results.filter { $0.digest != decided && !refuted.contains($0) }
            }
            results = []
            failures.removeAll(where: \.isAttempt)
            if self.convictions != convictions { vanishings = 0 }
            self.convictions = convictions
            vanishings += 1
        }
        notBefore = .zero
        stand()
    }

    /// Goes on with what there is, where nobody comes to confirm it.
    ///
    /// - Parameter distrusted: workers whose numbers do not count.
    mutating func skipAudit(distrusting distrusted: Set<WorkerID>) {
        if Set(results.map(\.digest)).count > 1 { verdict = undisputed(distrusting: distrusted) }
        phase = .done
    }

    /// The one digest of all workers that can be trusted; nil where they differ or there is none.
    func undisputed(distrusting distrusted: Set<WorkerID>) -> Digest? {
        let digests = Set(results.filter { !distrusted.contains($0.worker) }.map(\.digest))
        guard digests.count == 1, let digest = digests.first else { return nil }
        // Folded numbers that differ speak against it, though nobody knows their digest.
        return contradictions.contains { $0.digest == digest && !distrusted.contains($0.held) } ? nil : digest
    }
}
