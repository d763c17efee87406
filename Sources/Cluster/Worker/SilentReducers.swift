/// Reducers that a worker holds parcels for and that the coordinator does not hear: what the worker's log says of each, once.
struct SilentReducers: Sendable, Equatable {
    private var told: Set<Int> = []

    /// Takes in what the coordinator says.
    ///
    /// - Parameters:
    ///   - silent: those that it has not heard of for too long.
    ///   - here: those that have come to it, silent ones with them.
    ///   - holding: those for which parcels wait.
    /// - Returns: those to be told of now, because they are silent and because they are back, ascending.
    mutating func take(silent: Set<Int>, here: Set<Int>, holding: Set<Int>) -> (missed: [Int], back: [Int]) {
        let missed = silent.intersection(holding).subtracting(told)
        let back = told.intersection(here).subtracting(silent)
        told.formUnion(missed)
        told.subtract(back)
        return (missed.sorted(), back.sorted())
    }
}
