import Pipeline
import Storage

/// What the coordinator wants when everything is folded: summaries, and files.
extension ReducerLoop {
    /// Summarises the groups, if that has not begun yet, and says how far it is.
    func summarise(_ request: SummariseRequest) throws {
        guard let session else { return }
        if session.summaries?.request.round != request.round {
            session.summaries?.close()
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

    /// Sends some bytes of a file; a file that is not there has none.
    func answer(_ request: FileRequest) throws {
        guard let session, let path = session.path(of: request.file) else { return }
        var (total, digest, payload) = (0, Digest?.none, PayloadFrame(copying: []))
        if Folder.holdsFile(path) {
            let file = try MappedFile(path)
            total = file.bytes.count
            if request.offset == 0 { digest = file.withBytes { Digest(of: $0) } }
            // Of what is known there is nothing to send.
            let start = digest != nil && digest == request.known ? total : min(max(0, request.offset), total)
            payload = PayloadFrame(file, start..<min(total, start + FilePiece.size))
        }
        try send(
            .filePiece, FilePiece(file: request.file, offset: request.offset, total: total, digest: digest), payload: [payload])
    }
}
