import Analysis
import Storage
import SystemPackage

/// The explanations that explainers have written of a run's neurons: `explanations.csv`, by layer and neuron.
public enum ExplanationFile {
    /// The names of the columns, in order.
    static let columns = ["layer", "neuron", "explanation", "score", "window_score", "windows", "tokens", "explainer"]

    /// The explanations in a run's folder; none where there is no file.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    public static func read(in folder: RunFolder) throws -> [WrittenExplanation] {
        guard Folder.holdsFile(folder.explanations) else { return [] }
        let table = try NeuronTableFile(folder.explanations)
        func damaged(_ row: Int, _ column: String) -> StorageError {
            .corrupt(folder.explanations, offset: nil, problem: "row \(row + 1) has no usable '\(column)'")
        }
        guard table.columns == columns else {
            throw StorageError.unsupported(folder.explanations, what: "a table of explanations with other columns")
        }
        return try table.rows.enumerated().map { row, cells in
            func number(_ column: Int) throws -> Double? {
                if cells[column].isEmpty { return nil }
                guard let number = Double(cells[column]), (-1...1).contains(number) else { throw damaged(row, columns[column]) }
                return number
            }
            func count(_ column: Int) throws -> Int {
                guard let number = Int(cells[column]), number >= 0 else { throw damaged(row, columns[column]) }
                return number
            }
            return WrittenExplanation(
                layer: table.neurons[row].layer, neuron: table.neurons[row].neuron, explanation: cells[2], score: try number(3),
                windowScore: try number(4), windows: try count(5), tokens: try count(6), explainer: cells[7].isEmpty ? nil : cells[7])
        }
    }

    /// Adds explanations to those in a run's folder, in the place of earlier ones of the same neurons, in one step.
    ///
    /// - Returns: all of them.
    /// - Throws: a `StorageError`; the file is then as it was.
    static func merge(
        _ explanations: [WrittenExplanation], in folder: RunFolder, lock: FolderLock, on files: some FileLayer
    ) throws -> [WrittenExplanation] {
        func place(_ explanation: WrittenExplanation) -> NeuronPlace {
            NeuronPlace(layer: explanation.layer, neuron: explanation.neuron)
        }
        var byNeuron: [NeuronPlace: WrittenExplanation] = [:]
        for explanation in try read(in: folder) + explanations { byNeuron[place(explanation)] = explanation }
        let all = byNeuron.values.sorted { place($0) < place($1) }
        try lock.replace(folder.explanations, on: files) { try $0.write(csv(all)) }
        return all
    }

    private static func csv(_ explanations: [WrittenExplanation]) -> String {
        columns.joined(separator: ",") + "\n"
            + explanations.map { explanation in
                [
                    "\(explanation.layer)", "\(explanation.neuron)", explanation.explanation, score(explanation.score),
                    score(explanation.windowScore), "\(explanation.windows)", "\(explanation.tokens)", explanation.explainer ?? "",
                ].map(NeuronTable.quoted).joined(separator: ",") + "\n"
            }.joined()
    }

    /// A correlation as other tables have it.
    private static func score(_ value: Double?) -> String { value.map { "\(Float($0))" } ?? "" }
}
