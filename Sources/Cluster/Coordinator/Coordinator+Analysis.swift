extension Coordinator {
    /// Goes on answering on a thread of its own while something is done with the numbers: whoever waits for another round shall neither leave
    /// nor take the run for lost.
    ///
    /// - Parameter body: must not touch the coordinator.
    /// - Returns: what `body` gives.
    /// - Throws: what `body` throws, else what went wrong with answering.
    func answer<Value>(during body: () throws -> Value) throws -> Value {
        isAnalysing = true
        defer { isAnalysing = false }
        let lent = LentCoordinator(self)
        lent.start()
        let result = Result { try body() }
        let failure = lent.end()
        let value = try result.get()
        if let failure { throw failure }
        return value
    }
}
