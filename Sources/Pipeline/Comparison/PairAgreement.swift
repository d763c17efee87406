import Analysis
import Storage

/// How far two runs agree in one direction of a pair of models: each neuron's best correlation with the other model, and with which neuron.
public struct PairAgreement: Codable, Sendable {
    /// The model whose neurons are the rows.
    public let model: String
    /// The model that they are compared with.
    public let other: String
    /// Whether both runs have the same two models, and not only models of the same ids.
    public let hasSameModels: Bool
    /// The best correlation of each neuron.
    public let correlation: ColumnAgreement
    /// How many neurons have the same best partner.
    public let partner: TextAgreement?

    /// Compares all pairs of models that both runs have compared, by the models' ids, in the first run's order; two models of other shapes are
    /// left out.
    ///
    /// - Throws: `PipelineError.resultsChanged`, errors of the files.
    static func between(_ first: ComparedRun, _ second: ComparedRun, tolerance: Double) throws -> [PairAgreement] {
        let theirs = Dictionary(second.results.pairs.map { (Set([$0.earlier, $0.later]), $0) }) { first, _ in first }
        var found: [PairAgreement] = []
        for pair in first.results.pairs {
            guard let other = theirs[[pair.earlier, pair.later]] else { continue }
            let (x, y) = (
                try NumpyArchiveReader(first.results.folder.pair(pair.earlier, pair.later)),
                try NumpyArchiveReader(second.results.folder.pair(other.earlier, other.later))
            )
            for (model, partner) in [(pair.earlier, pair.later), (pair.later, pair.earlier)] {
                if let agreement = try PairAgreement(model, partner, (first, x), (second, y), tolerance: tolerance) {
                    found.append(agreement)
                }
            }
        }
        for run in [first, second] { try run.results.checkUnchanged() }
        return found
    }

    /// - Returns: nil where the models have other shapes.
    private init?(
        _ model: String, _ other: String, _ first: (run: ComparedRun, arrays: NumpyArchiveReader),
        _ second: (run: ComparedRun, arrays: NumpyArchiveReader), tolerance: Double
    ) throws {
        let sides = [first, second]
        func planned(_ id: String) -> [PlannedModel] { sides.compactMap { $0.run.planned(id) } }
        let (rows, columns) = (planned(model), planned(other))
        func shapes(_ models: [PlannedModel]) -> Set<[Int]> { Set(models.map { [$0.layers, $0.columns] }) }
        guard let shape = rows.first, shapes(rows).count == 1, shapes(columns).count == 1 else { return nil }
        let neurons = (0..<shape.layers * shape.columns).map { NeuronPlace(layer: $0 / shape.columns, neuron: $0 % shape.columns) }
        func values<Element: NumpyElement>(_ key: String, _: Element.Type) throws -> [[Element]] {
            try sides.map { side in
                let found = try side.arrays.array("\(model)_\(key)")?.values(as: Element.self) ?? []
                guard found.count == neurons.count else {
                    throw StorageError.corrupt(
                        side.arrays.path, offset: nil, problem: "it has '\(model)_\(key)' of \(found.count) neurons, not \(neurons.count)")
                }
                return found
            }
        }
        let best = try values("max_corr", Float.self).map { $0.map(Double.init) }
        let partners = try values("max_corr_ix", Int32.self)
        guard let correlation = ColumnAgreement("max_corr", best[0], best[1], neurons: neurons, tolerance: tolerance) else { return nil }
        self.model = model
        self.other = other
        hasSameModels = [rows, columns].allSatisfy { Set($0.map(\.digest)).count == 1 }
        self.correlation = correlation
        let names = partners.map { $0.map { $0 < 0 ? "" : "\($0)" } }
        partner = TextAgreement("best partner in \(other)", names[0], names[1])
    }
}
