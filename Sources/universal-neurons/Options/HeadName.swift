import ArgumentParser

/// An attention head of the reference model as people write it: `4.2`, layer and number.
struct HeadName: Hashable {
    let layer: Int
    let head: Int

    /// Reads a name.
    ///
    /// - Throws: `ValidationError`.
    init(parsing text: String) throws {
        guard let numbers = DottedNumbers(parsing: text) else {
            throw ValidationError("a head is named LAYER.HEAD, both numbers of the first model, for example 4.2")
        }
        layer = numbers.first
        head = numbers.second
    }
}
