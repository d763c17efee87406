import ArgumentParser

/// An attention head of the reference model as people write it: `4.2`, layer and number.
struct HeadName: Hashable {
    let layer: Int
    let head: Int

    /// Reads a name.
    ///
    /// - Throws: `ValidationError`.
    init(parsing text: String) throws {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { $0.first == "+" ? nil : Int($0) }
        guard parts.count == 2, let layer = parts[0], let head = parts[1], layer >= 0, head >= 0 else {
            throw ValidationError("a head is named LAYER.HEAD, both numbers of the first model, for example 4.2")
        }
        self.layer = layer
        self.head = head
    }
}
