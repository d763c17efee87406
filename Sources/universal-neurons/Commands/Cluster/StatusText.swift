import Cluster
import Diagnostics

/// A cluster's state as text.
struct StatusText {
    private let status: ClusterStatus
    private let place: String
    private let connection: String

    /// The state of a run, by what people call it: its folder, or where its coordinator listens.
    ///
    /// - Parameter connection: the options that the next command needs to reach the run too, such as ` --keys keys`.
    init(_ status: ClusterStatus, of place: String, connection: String = "") {
        self.status = status
        self.place = place
        self.connection = connection
    }

    /// Headline, workers, reducers, failed tasks.
    var text: String {
        ([headline] + [workers, reducers, failed].compactMap(\.self)).joined(separator: "\n")
    }

    private var headline: String {
        if let questions = status.questions, status.tokens == 0 {
            let idle = status.waitingBecause.map { ", \($0)" } ?? ""
            return "\(status.run): stands by for questions\(idle)\n\(line(of: questions))\(trouble)".printableLines
        }
        let share = status.tokens == 0 ? 0 : 100 * status.tokensDone / status.tokens
        let state = status.waitingBecause ?? status.outcome ?? "running"
        var line = "\(status.run): \(state), \(status.tokensDone) of \(status.tokens) tokens (\(share) %)"
        if let speed = status.tokensPerSecond { line += ", \(Int(speed)) tokens/s" }
        if status.outcome == nil, let seconds = status.secondsLeft { line += ", about \(DurationText.text(seconds: seconds)) left" }
        let order = ["done", "running", "waiting", "auditing", "failed"]
        let tasks = order.compactMap { name in status.tasks[name].flatMap { $0 > 0 ? "\($0) \(phase(name))" : nil } }
        line += "\ntasks: \(tasks.joined(separator: ", "))\n"
        if let questions = status.questions { line += self.line(of: questions) }
        return (line + trouble).printableLines
    }

    /// What a process that stands by has been asked, and who is there to answer.
    private func line(of questions: ClusterStatus.Questions) -> String {
        let failed = questions.failed > 0 ? ", \(questions.failed) could not be answered" : ""
        let workers = CountText.of(status.workers.count { $0.state != "lost" }, "worker")
        return "questions: \(questions.answered) answered\(failed), \(questions.waiting) waiting; \(workers) connected\n"
    }

    /// What went wrong between processes; empty where nothing did.
    private var trouble: String {
        var line = ""
        if status.disagreements > 0 { line += "two workers' integers differed \(CountText.of(status.disagreements, "time"))\n" }
        let dropped = status.dropped.values.reduce(0, +)
        if dropped > 0 { line += "\(CountText.of(dropped, "message")) \(dropped == 1 ? "was" : "were") dropped\n" }
        if let lost = status.connectionsLost, lost > 0 {
            let peers = lost == 1 ? "its peer is gone, or has" : "their peers are gone, or have"
            line += "\(CountText.of(lost, "connection")) ended without a goodbye: \(peers) sent too large a frame\n"
        }
        return line
    }

    /// What tasks of a phase are; what was going on where nothing goes on any more.
    private func phase(_ name: String) -> String {
        status.outcome != nil && ["running", "auditing"].contains(name) ? "were \(name)" : name
    }

    private var workers: String? {
        guard !status.workers.isEmpty else { return nil }
        var table = TextTable(columns: 8)
        table.add("worker", "host", "does", "shard", "since", "tokens/s", "memory", "done/failed")
        for worker in status.workers {
            // One that has not opened anything has not said what it offers.
            let memory = worker.memory == 0 ? "" : "\(worker.residentBytes >> 20) of \(worker.memory >> 20) MiB"
            table.add(
                worker.name, worker.host, worker.silentSeconds > 10 ? "\(worker.state), silent \(worker.silentSeconds) s" : worker.state,
                worker.shard.map { "\($0)" } ?? "", worker.seconds.map(DurationText.text) ?? "", "\(Int(worker.tokensPerSecond))",
                memory, "\(worker.done)/\(worker.failures)")
        }
        return table.text
    }

    private var reducers: String? {
        guard !status.reducers.isEmpty else { return nil }
        var table = TextTable(columns: 8)
        table.add("reducer", "store", "groups", "received", "folded", "staged", "lag", "state")
        for reducer in status.reducers {
            let state: String
            if let reason = reducer.pausedBecause {
                state = "takes nothing: \(reason)"
            } else if reducer.host == nil {
                state = status.outcome == "complete" || reducer.hasEnded == true ? "has ended, its store is kept" : "not here"
            } else {
                state = (reducer.silentSeconds ?? 0) > 10 ? "silent \(reducer.silentSeconds ?? 0) s" : "takes parcels"
            }
            table.add(
                "\(reducer.index)", reducer.store ?? reducer.host ?? "", "\(reducer.groups)", ByteCount.text(reducer.receivedBytes),
                "\(reducer.folded)", "\(reducer.stagedParcels) (\(ByteCount.text(reducer.stagedBytes)))", lag(of: reducer), state)
        }
        return table.text
    }

    /// What workers have for a reducer and it has not: parcels that wait until it has room, and what is on the way.
    private func lag(of reducer: ClusterStatus.Reducer) -> String {
        var parts: [String] = []
        if reducer.offersWaiting > 0 { parts.append("\(CountText.of(reducer.offersWaiting, "parcel")) waiting") }
        if reducer.bytesInFlight > 0 { parts.append("\(ByteCount.text(reducer.bytesInFlight)) on the way") }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    private var failed: String? {
        guard !status.failed.isEmpty else { return nil }
        var table = TextTable(columns: 3)
        table.add("failed task", "host", "reason")
        for task in status.failed {
            for failure in task.failures { table.add(task.task, failure.host, failure.reason) }
            // What no attempt failed for is no host's.
            if let reason = task.reason, reason != task.failures.last?.reason { table.add(task.task, "", reason) }
        }
        let command = "universal-neurons explain \(place.printable()) \(status.failed[0].task)\(connection.printable())"
        return table.text + "what its worker logged last: `\(command)`\n"
    }
}

extension String {
    /// Each line as it may reach a terminal.
    fileprivate var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable() }.joined(separator: "\n")
    }
}
