import Diagnostics

/// What the coordinator wants when everything is folded: summaries, and files.
extension ReducerLoop {
    /// Summarises the groups, if that has not begun yet, and says how far it is.
    func summarise(_ request: SummariseRequest) throws {
        guard let session else { return }
        // All of it: the next coordinator counts from the beginning again.
        if session.summaries?.request != request {
            session.summaries?.close()
            let counted = counters.snapshot
            logger.info(
                "everything is folded: \(CountText.of(counted.staged, "parcel")) of \(counted.stagedBytes) bytes came since this process began"
            )
            session.summaries = GroupSummaries(
                request, plan: session.rules.plan, groups: session.rules.groups, store: session.store, settings: settings,
                logger: logger, reports: reports)
        }
        guard let summaries = session.summaries else { return }
        summaries.proceed()
        let (done, trouble) = summaries.progress
        try send(
            .summaries, SummariesReport(index: session.identity.index, round: request.round, done: done.sorted(), trouble: trouble))
    }

    /// Has some bytes of a file read, which are sent as soon as they are there.
    func answer(_ request: FileRequest) {
        guard let path = session?.path(of: request.file) else { return }
        served.read(request, at: path)
    }
}
