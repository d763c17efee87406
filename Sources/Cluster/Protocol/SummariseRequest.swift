/// Asks a reducer to summarise its column groups, and how far it is. It is asked again and again; only the first time begins something.
struct SummariseRequest: Codable, Sendable, Hashable {
    /// Counts the questions; another number begins anew.
    let round: Int
    /// The run's folder where the coordinator is.
    let folder: String
    /// What stands in the file `SummariseRequest.fileName` of that folder: a reducer that reads it there shares the folder.
    let token: String

    /// The file that shows who shares the run's folder.
    static let fileName = "shared.token"
}
