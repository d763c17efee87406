/// What the pages of a folder are of: `pages.json` in it, by which the folder is known.
struct PagesNote: Codable, Equatable {
    /// The run's name, and the model whose neurons have cards.
    let run, model: String
    /// The content hash of the run's headline figures.
    let results: String?
    /// Whether all pages are there; until then some may be of earlier results.
    var isComplete: Bool

    private enum CodingKeys: String, CodingKey {
        case run, model, results
        case isComplete = "complete"
    }

    /// The file's name.
    static let fileName = "pages.json"
}
