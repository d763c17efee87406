import Analysis
import Models
import Pipeline
import Statistics

extension ReportContent {
    /// What the report shows of an analysis.
    ///
    /// - Parameters:
    ///   - result: universality.
    ///   - summary: the run's headline figures.
    ///   - explanations: the neurons' best features; `nil` without a feature bank.
    ///   - others: those of other models' neurons; empty where the reference alone was explained.
    ///   - examples: a reference neuron's strongest examples, strongest first; asked for the table's neurons only.
    ///   - options: how much of it is shown.
    ///   - columns: what the run's columns are called.
    /// - Throws: what `examples` throws; an `AnalysisError` when the explanations are of other neurons.
    public init(
        _ result: UniversalityResult, summary: RunSummary, explanations: FeatureExplanations?, others: [ModelExplanations] = [],
        options: ReportOptions = ReportOptions(), columns: ColumnNames = ColumnNames(),
        examples: (_ layer: Int, _ neuron: Int) throws -> [ReportedExample]
    ) throws {
        let reference = result.reference
        let positions = (0..<reference.neurons).map { reference.position(of: $0) }
        let excess = result.excess.map { Float($0) }
        let threshold = result.configuration.threshold
        let selection = NeuronSelection(excess: excess, threshold: threshold, enough: options.enough, limit: options.limit)
        let families = try explanations.map {
            try FamilyMapping($0, others: others, result: result, named: options.members, columns: columns)
        }
        let neurons = try selection.indices.map { index in
            let position = positions[index]
            let explanation = explanations?.neurons[index]
            return ReportedNeuron(
                layer: position.layer, neuron: position.neuron,
                name: columns.name(layer: position.layer, column: position.neuron),
                excess: ReportedFigure(
                    result.excess[index], standardError: result.baseline.excessStandardError?[index],
                    degreesOfFreedom: result.universal.degreesOfFreedom), bestCorrelation: result.mean[index],
                baseline: result.baseline.mean[index], isUniversal: result.isUniversal[index],
                partners: result.matches.map { match in
                    let partner = match.model.position(of: Int(match.partner[index]))
                    return ReportedPartner(
                        layer: partner.layer, neuron: partner.neuron, name: columns.name(layer: partner.layer, column: partner.neuron),
                        correlation: Double(match.best[index]), crossFit: match.crossfit.map { Double($0[index]) })
                },
                explanation: explanation.flatMap { explanations?.words(of: $0) },
                explanationScore: explanation.flatMap { $0.family == nil ? nil : $0.best?.score },
                family: explanation.map { $0.family?.rawValue ?? Self.unexplained },
                examples: Array(try examples(position.layer, position.neuron).prefix(options.examples)))
        }
        self.init(
            name: summary.name, reference: reference.id, others: result.matches.map(\.model.id), columns: columns,
            neuronCount: reference.neurons, universal: Self.figure(result.universal), threshold: threshold, tokens: result.tokens,
            replicates: result.replicateTokens.count { $0 > 0 },
            population: ReportedPopulation(
                layer: positions.map(\.layer), bestCorrelation: result.mean.map { Float($0) },
                baseline: result.baseline.mean.map { Float($0) }, excess: excess),
            layers: Self.layers(result), matches: Self.matches(result, band: summary.band),
            domains: summary.domains?.domains.map { domain in
                ReportedDomain(
                    name: domain.name, tokens: domain.tokens, universal: Self.figure(domain.universal), only: domain.only,
                    unjudged: domain.unjudged)
            } ?? [],
            families: try families?.families(listed: selection.indices) ?? [],
            neurons: neurons,
            convergence: result.convergence.points.map { point in
                ReportedConvergencePoint(replicates: point.replicates, tokens: point.tokens, universal: Self.figure(point.universal))
            },
            pooledError: result.convergence.errorTimesRootTokens.map {
                $0 / Double(max(1, result.tokens)).squareRoot() * Double(reference.neurons)
            },
            tables: ReportedTable.tables(of: summary, columns: columns)
                + (explanations.map { ReportedTable.tables(of: $0, others: others, result: result, names: columns) } ?? []),
            provenance: Self.provenance(result, summary: summary, columns: columns))
    }

    /// The family of neurons that no feature explains.
    static let unexplained = "unexplained"

    /// A count with its error.
    static func figure(_ count: UniversalCount) -> ReportedFigure {
        ReportedFigure(
            Double(count.count), standardError: count.countStandardError,
            errorLimit: count.isErrorBelowResolution ? count.countErrorResolution : nil, degreesOfFreedom: count.degreesOfFreedom)
    }

    /// Counts by layer; the jackknife is made for the whole count, so a layer has none of its own.
    private static func layers(_ result: UniversalityResult) -> [ReportedLayer] {
        var universal = Array(repeating: 0, count: result.reference.layers)
        for index in result.isUniversal.indices where result.isUniversal[index] {
            universal[result.reference.position(of: index).layer] += 1
        }
        return zip(result.reference.columns, universal).map { ReportedLayer(neurons: $0, universal: ReportedFigure(Double($1))) }
    }

    private static func matches(_ result: UniversalityResult, band: Int?) -> ReportedMatches? {
        let counts = result.layerMatchesTotal.counts
        guard let columns = counts.first?.count, columns > 0 else { return nil }
        let layers = result.reference.layers
        func isCompared(_ row: Int, _ column: Int) -> Bool {
            guard let band = band.map(LayerBand.init) else { return true }
            return result.matches.contains { match in
                column < match.model.layers && band.holds(row, of: layers, column, of: match.model.layers)
            }
        }
        return ReportedMatches(
            counts: counts.enumerated().flatMap { row, counts in
                counts.enumerated().map { isCompared(row, $0.offset) ? Double($0.element) : nil }
            }, columns: columns, band: band)
    }

    private static func provenance(_ result: UniversalityResult, summary: RunSummary, columns: ColumnNames) -> ReportedProvenance {
        let shapes = [result.reference] + result.matches.map(\.model)
        let silent = shapes.flatMap { model in
            (result.zeroVariance[model.id] ?? []).map { index in
                let position = model.position(of: index)
                return "\(model.id) \(columns.name(layer: position.layer, column: position.neuron))"
            }
        }
        return ReportedProvenance(
            program: "universal-neurons \(summary.version)", statisticsSHA256: summary.statisticsSHA256, kernels: summary.kernels,
            models: shapes.map { ReportedModel(id: $0.id, layers: $0.layers, neurons: $0.neurons) },
            resolutionError: summary.resolutionError, roundingError: summary.roundingError, screening: summary.screening,
            rotationKind: "\(result.baseline.kind)",
            rotationDraws: result.configuration.rotations.draws, zeroVariance: Array(silent.prefix(100)), zeroVarianceCount: silent.count)
    }
}
