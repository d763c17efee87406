import Pipeline
import Scheduling
import Statistics
import Storage

/// The analysis where the numbers lie: reducers that others have started summarise their groups, and only the summaries travel.
extension Coordinator {
    /// Milliseconds between two questions how far a reducer is: small groups are summarised at once, large ones take minutes.
    private static let summaryPauses: ClosedRange<Int64> = 50...1_000

    /// Has every group summarised by its reducer, and fetches what was found; the reducers write the correlations meanwhile.
    ///
    /// - Returns: as `gather`.
    /// - Throws: `PipelineError.stopped`, `ClusterError.notSummarised`, errors of the disk; the next coordinator goes on behind what is done.
    func summarise(checkOwner: @escaping @Sendable () throws -> Void) throws -> Bool {
        let token = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let file = run.folder.path.appending(SummariseRequest.fileName)
        try checkOwner()
        // With it ends the leave of reducers that were asked before and slept since; what they had begun is removed behind it.
        try DurableFile.replace(file, with: token)
        defer { try? LocalFiles().remove(file) }
        try run.beginMatrices(on: context.files)
        round += 1
        let request = SummariseRequest(round: round, folder: run.folder.path.string, token: token)
        guard try waitForSummaries(request) else { return false }
        try checkOwner()
        // So it is once all has been written: one may still be awake that was given up meanwhile.
        try LocalFiles().remove(file)
        try run.removeUnfinishedMatrices(on: context.files)
        try context.files.createFolder(run.folder.findings)
        let findings = run.layout.groups.indices.map { group in
            FileGathering.Item(
                reducer: owners.owners[group], file: .findings(group: group),
                target: run.folder.findings(ofGroup: run.layout.groups[group].name))
        }
        // The report shows texts at which neurons are most active, the table their moments.
        return try fetch(findings + sectionItems { $0.kind != .block }, stage: "gathering", checkOwner: checkOwner)
    }

    private func waitForSummaries(_ request: SummariseRequest) throws -> Bool {
        summaries = [:]
        let total = run.layout.groups.count
        context.progress.begin(ProgressStage("analysing", unit: .groups, total: total))
        defer {
            context.progress.end()
            finishing = nil
        }
        var question = RepeatedQuestion(pauses: Self.summaryPauses)
        var shown = 0
        while shown < total {
            if question.isDue(at: now) {
                for (index, contact) in reducers.contacts where summaries[index]?.done.count != owners.groups(of: index).count {
                    try send(.summarise, request, to: contact.identity)
                }
            }
            finishing = try troubleOfSummaries() ?? "reducers summarise their groups: \(shown) of \(total) are done"
            try turn()
            try context.stop.check()
            guard outcome == .complete else { return false }
            let done = summaries.values.reduce(0) { $0 + $1.done.count }
            context.progress.advance(by: max(0, done - shown))
            shown = max(shown, done)
        }
        return true
    }

    /// What hinders a reducer for the time being; nil where nothing does.
    ///
    /// - Throws: `ClusterError.notSummarised` where it would hinder it again.
    private func troubleOfSummaries() throws -> String? {
        var text: String?
        for (index, report) in summaries.sorted(by: { $0.key < $1.key }) {
            guard let trouble = report.trouble else { continue }
            guard !trouble.isFinal else {
                let host = reducers.contacts[index]?.hello.host ?? ""
                throw ClusterError.notSummarised(reducer: index, host: host, reason: trouble.reason)
            }
            text = "reducer \(index) cannot summarise its groups: \(LogText.line(trouble.reason))"
        }
        return text
    }

    /// Takes in how far a reducer is.
    func take(_ report: SummariesReport, from peer: RoutingIdentity) {
        guard let index = reducers.index(of: peer), index == report.index, report.round == round,
            Set(report.done).isSubset(of: owners.groups(of: index)), Set(report.done).count == report.done.count
        else { return }
        summaries[index] = report
    }
}
