import Analysis
import Kernels
import Models
import Statistics
import Storage

/// The neurons of one model by those of another, as a run's results match them and its exact statistics fit them: β = covariance /
/// variance.
struct NeuronMatches {
    let folder: RunFolder
    let plan: RunPlan
    let context: JobContext

    /// What replaces a request's neurons.
    ///
    /// - Throws: `PipelineError.noSuchModel`, `.noSuchPair`, `.noSuchNeuron`, `.noPartner`, `.noUniversalNeuron`, `.noReference`,
    ///   `.noMatrices` for a screened run, `.resultsMissing` also where they are of fewer tokens than the statistics, `.incomplete` and
    ///   `.analysisElsewhere` where statistics are missing; errors of the files.
    func question(_ request: SubstitutionRequest) throws -> SubstitutionQuestion {
        guard plan.numbers.screening == nil else { throw PipelineError.noMatrices(folder: folder.path, pilot: folder.pilot.path) }
        let results = try RunResults(folder)
        let model = try model(request.model ?? plan.numbers.models[0].id)
        let compared = results.pairs
        func isOf(_ pair: (earlier: String, later: String), _ one: String, _ other: String) -> Bool {
            [pair.earlier, pair.later] == [one, other] || [pair.later, pair.earlier] == [one, other]
        }
        let first = compared.first { $0.earlier == model.id || $0.later == model.id }
        let other = try self.model(request.other ?? first.map { $0.earlier == model.id ? $0.later : $0.earlier } ?? model.id)
        guard let pair = compared.first(where: { isOf($0, model.id, other.id) }) else {
            throw PipelineError.noSuchPair(
                pair: "\(model.id)-\(other.id)", folder: folder.path, pairs: compared.map { "\($0.earlier)-\($0.later)" })
        }
        let places = try request.neurons ?? universal(of: model, results)
        for place in places where !model.holds(place) {
            throw PipelineError.noSuchNeuron(
                layer: place.layer, neuron: place.neuron, model: model.id, layers: model.layers, width: model.mlpWidth)
        }
        let matches = try matches(of: places, model, other, pair)
        try results.checkUnchanged()
        return SubstitutionQuestion(
            model: model.id, other: other.id, neurons: try fitted(matches, model, other, of: results),
            isTogetherOnly: request.isTogetherOnly)
    }

    private func model(_ id: String) throws -> PlannedModel {
        guard let planned = plan.numbers.models.first(where: { $0.id == id }) else {
            throw PipelineError.noSuchModel(model: id, folder: folder.path, models: plan.numbers.models.map(\.id))
        }
        return planned
    }

    private func universal(of model: PlannedModel, _ results: RunResults) throws -> [NeuronPlace] {
        let table = try results.table(of: model.id)
        let found = zip(table.neurons, table.cells(of: "universal") ?? []).filter { $0.1 == "1" }
        guard !found.isEmpty else { throw PipelineError.noUniversalNeuron(folder: folder.path, model: model.id) }
        return found.map { NeuronPlace(layer: $0.0.layer, neuron: $0.0.neuron) }
    }

    // MARK: Which neurons

    /// A neuron, the one of the other model that it is most correlated with, and another one of that layer.
    private struct Match {
        let place, partner, random: NeuronPlace
    }

    private func matches(
        of places: [NeuronPlace], _ model: PlannedModel, _ other: PlannedModel, _ pair: (earlier: String, later: String)
    ) throws -> [Match] {
        let path = folder.pair(pair.earlier, pair.later)
        let name = "\(model.id)_max_corr_ix"
        guard let partners = try NumpyArchiveReader(path).array(name)?.values(as: Int32.self),
            partners.count == model.layers * model.mlpWidth,
            partners.allSatisfy({ Int($0) < other.layers * other.mlpWidth })
        else { throw StorageError.corrupt(path, offset: nil, problem: "'\(name)' is of another model") }
        return try places.map { place in
            let neuron = place.layer * model.mlpWidth + place.neuron
            let partner = Int(partners[neuron])
            // A band may compare a neuron with none.
            guard partner >= 0 else {
                throw PipelineError.noPartner(layer: place.layer, neuron: place.neuron, model: model.id, other: other.id)
            }
            let match = NeuronPlace(layer: partner / other.mlpWidth, neuron: partner % other.mlpWidth)
            return Match(place: place, partner: match, random: random(besides: match, of: other, for: neuron))
        }
    }

    /// Another neuron of the same layer: each neuron that is replaced draws its own, which the plan's seed decides.
    private func random(besides match: NeuronPlace, of other: PlannedModel, for neuron: Int) -> NeuronPlace {
        guard other.mlpWidth > 1 else { return match }
        let seed = SplitMix64.mix(plan.numbers.corpus.seed &+ SplitMix64.increment)
        let step = 1 + Int(SplitMix64.mix(seed ^ UInt64(neuron)) % UInt64(other.mlpWidth - 1))
        return NeuronPlace(layer: match.layer, neuron: (match.neuron + step) % other.mlpWidth)
    }

    // MARK: What they are worth

    private func fitted(
        _ matches: [Match], _ model: PlannedModel, _ other: PlannedModel, of results: RunResults
    ) throws -> [SubstitutionQuestion.Neuron] {
        let input = try AnalyzeRun(folder: folder, context: context).input(of: plan)
        guard case .statistics = input.kind else { throw PipelineError.analysisElsewhere(folder: folder.path) }
        // An extension that was stopped before its analysis has left the matches of fewer tokens.
        guard input.snapshot.tokens(ofBlock: 0, strata: plan.numbers.corpus.strata) == results.summary.tokens else {
            throw PipelineError.resultsMissing(folder: folder.path)
        }
        let statistics = try plan.statistics(in: input.snapshot, calibrationOf: folder)
        let layout = plan.layout
        let (own, others) = (layout.groups(of: model.id), layout.groups(of: other.id))
        let layers = Dictionary(grouping: matches) { [$0.place.layer, $0.partner.layer] }
        return try layers.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { layers, matches in
            try context.stop.check()
            return try fitted(matches, between: own[layers[0]], and: others[layers[1]], of: statistics)
        }
    }

    /// The neurons of one layer by those of another.
    private func fitted(
        _ matches: [Match], between own: Int, and other: Int, of statistics: StoredStatistics
    ) throws -> [SubstitutionQuestion.Neuron] {
        let (layout, everything) = (statistics.layout, ReplicateSet.all(statistics.replicates))
        let isTurned = own > other
        guard let block = isTurned ? layout.block(rows: other, columns: own) : layout.block(rows: own, columns: other) else {
            throw AnalysisError.missingBlock(rows: layout.groups[own].name, columns: layout.groups[other].name)
        }
        let moments = try statistics.moments(of: block, over: everything)
        let (owns, others) = isTurned ? (moments.columns, moments.rows) : (moments.rows, moments.columns)
        let pairs = matches.flatMap { match in
            [match.partner.neuron, match.random.neuron].map { partner in
                isTurned
                    ? StoredStatistics.Pair(row: partner, column: match.place.neuron)
                    : StoredStatistics.Pair(row: match.place.neuron, column: partner)
            }
        }
        let correlations = try statistics.correlations(of: block, at: pairs, over: everything)
        func source(_ place: NeuronPlace, _ correlation: Double, for neuron: Int) -> NeuronSubstitution.Source {
            let (variance, otherVariance) = (owns.variance[neuron], others.variance[place.neuron])
            let slope = otherVariance > 0 ? correlation * (variance / otherVariance).squareRoot() : 0
            return NeuronSubstitution.Source(layer: place.layer, neuron: place.neuron, mean: others.mean[place.neuron], slope: slope)
        }
        return matches.enumerated().map { index, match in
            let (correlation, randomCorrelation) = (correlations[2 * index], correlations[2 * index + 1])
            return SubstitutionQuestion.Neuron(
                match.place, mean: owns.mean[match.place.neuron], match: source(match.partner, correlation, for: match.place.neuron),
                correlation: correlation, random: source(match.random, randomCorrelation, for: match.place.neuron),
                randomCorrelation: randomCorrelation)
        }
    }
}
