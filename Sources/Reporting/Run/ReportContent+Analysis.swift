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
    ///   - examples: a reference neuron's strongest examples, strongest first; asked for the table's neurons only.
    ///   - options: how much of it is shown.
    ///   - columns: what the run's columns are called.
    /// - Throws: what `examples` throws; an `AnalysisError` when the explanations are of other neurons.
    public init(
        _ result: UniversalityResult, summary: RunSummary, explanations: FeatureExplanations?, options: ReportOptions = ReportOptions(),
        columns: ColumnNames = ColumnNames(),
        examples: (_ layer: Int, _ neuron: Int) throws -> [ReportedExample]
    ) throws {
        let reference = result.reference
        let positions = (0..<reference.neurons).map { reference.position(of: $0) }
        let excess = result.excess.map { Float($0) }
        let threshold = result.configuration.threshold
        let selection = NeuronSelection(excess: excess, threshold: threshold, enough: options.enough, limit: options.limit)
        if let explanations, explanations.neurons.count != reference.neurons {
            throw AnalysisError.sizeMismatch(
                what: "neurons with an explanation", expected: reference.neurons, found: explanations.neurons.count)
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
                explanation: explanation.flatMap { explanation in
                    explanations?.explanation(of: explanation).map { name in
                        (explanation.best?.isNegative == true ? FeatureExplanations.negation : "") + name
                    }
                }, explanationScore: explanation.flatMap { $0.family == nil ? nil : $0.best?.score },
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
            families: try explanations.map {
                try Self.families($0, result: result, listed: selection.indices, named: options.members, columns: columns)
            } ?? [],
            neurons: neurons,
            convergence: result.convergence.points.map { point in
                ReportedConvergencePoint(replicates: point.replicates, tokens: point.tokens, universal: Self.figure(point.universal))
            },
            pooledError: result.convergence.errorTimesRootTokens.map {
                $0 / Double(max(1, result.tokens)).squareRoot() * Double(reference.neurons)
            },
            tables: ReportedTable.tables(of: summary, columns: columns)
                + (explanations.map { ReportedTable.tables(of: $0, result: result, names: columns) } ?? []),
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

    private static func families(
        _ explanations: FeatureExplanations, result: UniversalityResult, listed: [Int], named: Int, columns: ColumnNames
    ) throws -> [ReportedFamily] {
        try FamilySummary(explanations.neurons, isUniversal: result.isUniversal).counts.filter { $0.neurons > 0 }.map { count in
            let members = explanations.neurons.indices.filter { explanations.neurons[$0].family == count.family }
            let none = Array(repeating: 0, count: result.reference.layers)
            var (all, universal) = (none, none)
            for index in members {
                let layer = result.reference.position(of: index).layer
                all[layer] += 1
                universal[layer] += result.isUniversal[index] ? 1 : 0
            }
            return ReportedFamily(
                name: count.family?.rawValue ?? unexplained, all: count.neurons, universal: count.universal,
                listed: listed.count { explanations.neurons[$0].family == count.family }, allByLayer: all, universalByLayer: universal,
                members: Self.members(
                    count.family == nil ? [] : members, explanations: explanations, result: result, named: named, columns: columns))
        }
    }

    /// The members of a family that are named: universal ones first, by excess, then the others by how well they are explained.
    private static func members(
        _ members: [Int], explanations: FeatureExplanations, result: UniversalityResult, named: Int, columns: ColumnNames
    ) -> [ReportedFamilyMember] {
        func score(_ index: Int) -> Double { explanations.neurons[index].best?.score ?? 0 }
        func rank(_ index: Int) -> Double { result.isUniversal[index] ? 2 + result.excess[index] : score(index) }
        let ordered = members.map { (index: $0, rank: rank($0)) }.sorted { ($0.rank, $1.index) > ($1.rank, $0.index) }
        return ordered.prefix(max(0, named)).map { index, _ in
            let position = result.reference.position(of: index)
            let isNegative = explanations.neurons[index].best?.isNegative == true
            return ReportedFamilyMember(
                layer: position.layer, neuron: position.neuron, name: columns.name(layer: position.layer, column: position.neuron),
                isUniversal: result.isUniversal[index], excess: result.excess[index],
                explanation: (isNegative ? FeatureExplanations.negation : "")
                    + (explanations.explanation(of: explanations.neurons[index]) ?? ""), score: score(index),
                partners: result.matches.map { match in
                    let partner = match.model.position(of: Int(match.partner[index]))
                    return columns.name(layer: partner.layer, column: partner.neuron)
                })
        }
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
