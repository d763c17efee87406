import Foundation
import Scheduling

/// What the run waits for, as people hear of it.
extension Coordinator {
    /// Milliseconds that no task may be with a worker before people hear of it.
    private static let moment: Int64 = 1_000

    /// Looks who is missing, and says once, and again when it changes, why nothing goes on.
    func lookAround() {
        if isAnalysing {
            waitingBecause = lastWork
            return
        }
        let now = now
        for notice in watch.look(at: now) { tell(notice) }
        let silences = watch.silences(at: now).sorted { $0.key < $1.key }
        renewPulse(silent: silences.map(\.key))
        let pauses = silences.isEmpty ? pauses : []
        let wait = silences.isEmpty ? Self.text(ofPauses: pauses) ?? reasonToWait(at: now) : Self.text(of: silences)
        let reason = silences.isEmpty ? finishing ?? wait : wait
        // Seconds that run down are one reason, not many, and so is a full disk, whichever file it has no room for.
        let news = pauses.isEmpty ? (reason ?? "").filter { !$0.isNumber } : "pauses \(pauses.map(\.reducer))"
        // Of those who are silent a warning has told.
        if silences.isEmpty, let reason, news != lastNews { context.logger.info("\(reason)") }
        lastNews = news
        waitingBecause = reason
        progress.wait(for: wait, isStill: wait != nil && !isAnybodyComputing, at: now)
    }

    /// Tells people why a worker leaves that could not go on.
    func noteDeparture(of worker: WorkerID) {
        // The last sign of life of one that leaves in good order brings no lines.
        guard let reason = workers[worker]?.heartbeat?.log?.last else {
            departure = nil
            return
        }
        let news = "worker \(worker) has left: \(LogText.line(reason))"
        departure = news
        context.logger.warning("\(news)")
    }

    /// Gives the pulse a new number where there is something new to be told.
    func renewPulse(silent: [Int]) {
        let next = Pulse(epoch: epoch, number: pulse.number, reducers: reducers.addresses, silent: silent.isEmpty ? nil : silent)
        guard next != pulse else { return }
        pulse = Pulse(epoch: epoch, number: pulse.number + 1, reducers: next.reducers, silent: next.silent)
    }

    /// Tells people of a reducer that is silent, or is back.
    func tell(_ notice: ReducerWatch.Notice?) {
        switch notice {
        case nil: break
        case .silent(let index, let milliseconds):
            let since = Date(timeIntervalSinceNow: -Double(milliseconds) / 1_000).formatted(.iso8601)
            let time = DurationText.text(seconds: Int(milliseconds / 1_000))
            context.logger.warning(
                """
                \(reducers.name(of: index)) has not been heard of for \(time), since \(since): \(whatWaits(for: index)); \(remedy(for: index))
                """)
        case .back(let index, let milliseconds):
            context.logger.notice("\(reducers.name(of: index)) is back after \(DurationText.text(seconds: Int(milliseconds / 1_000)))")
        }
    }

    /// Why nothing is computed, where all reducers are heard; nil where something is, or all is done.
    private func reasonToWait(at now: SchedulerTime) -> String? {
        let since = unassignedSince ?? now
        unassignedSince = nil
        guard finishing == nil else { return nil }
        if !reducers.isComplete { return "waiting for \(reducers.missing.joined(separator: ", "))" }
        if !isOpen {
            unassignedSince = since
            let asked = reducersAsked
            // Answers take a moment.
            guard now - since >= Self.moment, !asked.isEmpty else { return nil }
            return "waiting for what \(asked.map { "reducer \($0)" }.joined(separator: " and ")) \(asked.count == 1 ? "holds" : "hold")"
        }
        guard let task = scheduler.firstWaiting else { return nil }
        // Workers of an earlier coordinator, which the scheduler knows too, have not come to this one.
        if !workers.isEmpty, workers.keys.allSatisfy({ scheduler.workers[$0] == nil }) {
            return "the \(workers.count == 1 ? "worker that has come is" : "workers that have come are") opening the plan and the models"
        }
        guard scheduler.leases.isEmpty else { return nil }
        unassignedSince = since
        // A worker that is just coming is no reason.
        guard now - since >= Self.moment else { return nil }
        let last = workers.isEmpty ? departure.map { "; \($0)" } ?? "" : ""
        return scheduler.explanation(of: task, at: now)?.reason.map { "task \(task) waits: \($0.text)\(last)" }
    }

    /// The reducers that are here and take nothing, and why: what they cannot take no worker gets rid of.
    private var pauses: [(reducer: Int, reason: String)] {
        guard finishing == nil else { return [] }
        return reducers.contacts.sorted { $0.key < $1.key }.compactMap { index, contact in
            contact.heartbeat?.pausedBecause.map { (index, LogText.line($0)) }
        }
    }

    private static func text(ofPauses pauses: [(reducer: Int, reason: String)]) -> String? {
        guard !pauses.isEmpty else { return nil }
        return "waiting for " + pauses.map { "reducer \($0.reducer), which takes nothing: \($0.reason)" }.joined(separator: ", and for ")
    }

    private var isAnybodyComputing: Bool {
        workers.contains { $0.value.heartbeat?.computing != nil && scheduler.workers[$0.key]?.isLost == false }
    }

    private static func text(of silences: [(key: Int, value: Int64)]) -> String {
        let reducers = silences.map { "reducer \($0.key), silent for \(DurationText.text(seconds: Int($0.value / 1_000)))" }
        return "waiting for " + reducers.joined(separator: ", and for ")
    }

    private func whatWaits(for reducer: Int) -> String {
        let groups = owners.blockGroups(of: reducer, in: run.plan)
        let tasks = scheduler.taskIDs.count { task in
            guard groups.contains(task.group), let phase = scheduler.state(of: task)?.phase else { return false }
            return phase != .done && phase != .failed
        }
        let parcels = workers.values.reduce(0) { $0 + ($1.heartbeat?.parcels[reducer] ?? 0) }
        let waiting = [
            tasks == 0 ? nil : "\(tasks) \(tasks == 1 ? "task" : "tasks")",
            parcels == 0 ? nil : "\(parcels) \(parcels == 1 ? "parcel" : "parcels") that workers hold",
        ].compactMap(\.self)
        guard !waiting.isEmpty else { return "the run cannot end without it" }
        return "\(waiting.joined(separator: " and ")) \(tasks + parcels == 1 ? "waits" : "wait") for it"
    }

    private func remedy(for reducer: Int) -> String {
        if settings.children != nil { return "it is started again when it ends" }
        let again = "start it again on the same store"
        guard reducers.indices.count > 1 else { return again }
        let command = "universal-neurons reassign \(run.folder.path) \(reducer)"
        return "\(again), or, if that is lost for good, have others take its part: `\(command)`"
    }
}
