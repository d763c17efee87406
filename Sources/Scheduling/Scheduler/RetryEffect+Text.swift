extension RetryEffect {
    /// For people: how many tasks wait again, and a line for each that was named and does not, or for all where none has failed.
    public var text: String {
        var lines = ["\(tasks) \(tasks == 1 ? "task waits" : "tasks wait") again"]
        // A dozen shows the pattern.
        lines += unchanged.prefix(12).map { "\($0.task) \(standing(of: $0.phase))" }
        if unchanged.count > 12 { lines.append("and \(unchanged.count - 12) more that have not failed") }
        if tasks == 0, unchanged.isEmpty, !phases.isEmpty {
            let counts = TaskState.Phase.allCases.compactMap { phase in
                phases[phase.rawValue].flatMap { $0 > 0 && phase != .failed ? "\($0) \(Self.word(for: phase))" : nil }
            }
            lines.append("no task has failed: \(counts.joined(separator: ", "))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The same, and who tries the tasks again where no coordinator does.
    ///
    /// - Parameter run: the run's folder, as people name it.
    public func text(ofRun run: String) -> String {
        guard tasks > 0, !isCoordinated else { return text }
        return text + "`universal-neurons resume \(run)` goes on with \(tasks == 1 ? "it" : "them")\n"
    }

    private static func word(for phase: TaskState.Phase) -> String { phase == .auditing ? "being audited" : phase.rawValue }

    private func standing(of phase: TaskState.Phase) -> String {
        switch phase {
        case .waiting: "waits already"
        case .running: isCoordinated ? "runs" : "was running, and the next coordinator goes on with it"
        case .auditing: "is computed, and waits for another worker's numbers"
        case .done: "is done"
        case .failed: "has failed"
        }
    }
}
