import ArgumentParser
import Pipeline

/// A neuron of the reference model as people write it: `3.117`, layer and index; a column that is no neuron may have its mark, `3.r117`.
struct NeuronName: Hashable {
    let layer: Int
    let index: Int
    /// The name as it was written, where it has a mark.
    private let marked: String?

    /// Reads a name.
    ///
    /// - Throws: `ValidationError`.
    init(parsing text: String) throws {
        let mark = ColumnBasis.mark(in: text)
        marked = mark == nil ? nil : text
        guard let numbers = DottedNumbers(parsing: mark.map { text.replacing(".\($0)", with: ".", maxReplacements: 1) } ?? text) else {
            throw ValidationError("a neuron is named LAYER.INDEX, both numbers of the first model, for example 3.178")
        }
        layer = numbers.first
        index = numbers.second
    }

    /// Whether it is that of a direction.
    var hasMark: Bool { marked != nil }

    /// Makes sure that a name with a mark is that of a column of the run; without one any column of that number is meant.
    ///
    /// - Throws: `CommandLineError.noSuchColumn`; errors of the plan.
    func check(in folder: RunFolder) throws {
        guard let marked else { return }
        let names = try RunPlan.read(folder.plan).columnNames
        let own = names.name(layer: layer, column: index)
        if marked != own { throw CommandLineError.noSuchColumn(marked, own: own, kind: names.kind) }
    }
}
