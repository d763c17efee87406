import ArgumentParser

/// Another name for a model, as people write it: `a=stanford-gpt2-small-a`.
struct ModelRename: Hashable {
    /// The model's id in the run.
    let id: String
    /// Its other name, one component of a path.
    let name: String

    /// Reads a name.
    ///
    /// - Throws: `ValidationError`.
    init(parsing text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, ![".", ".."].contains(parts[1]),
            !parts[1].unicodeScalars.contains(where: { $0 == "/" || $0.properties.generalCategory == .control })
        else {
            throw ValidationError(
                "a model is renamed as ID=NAME, for example a=stanford-gpt2-small-a; a name has no / and no control characters")
        }
        id = parts[0]
        name = parts[1]
    }
}
