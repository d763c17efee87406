/// Why a model cannot be had from the coordinator, although it has it.
struct ModelUnavailable: Error {
    /// For people.
    let reason: String

    /// Answers that cannot be used before no more are waited for: one may be a mishap, many are the coordinator's state.
    static let patience = 3
}
