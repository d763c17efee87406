/// Means, excess and error bars from the merged maxima.
///
/// A standard error has two parts. The jackknife over replicates leaves one replicate out, with partners and baselines chosen again on the
/// rest. A jackknife over the rotation draws (which for a mean is its variance over draws divided by their number) adds what the
/// randomness of the rotations contributes; with one draw that is unknown and nothing is added. Replicates decide the degrees of freedom.
struct UniversalityEstimates {
    let plan: UniversalityPlan
    let replicateTokens: [Int]
    let references: [ReferenceAccumulator]

    private var neurons: Int { plan.reference.neurons }
    private var draws: Int { plan.configuration.rotations.draws }
    private var models: Double { Double(references.count) }

    /// The whole result.
    func result(
        best: [(best: [Float], partner: [Int32])], pairs: [PairSummary], zeroVariance: [String: [Int]]
    ) -> UniversalityResult {
        let jackknife = Jackknife(sizes: replicateTokens)
        let leaveOneOut = plan.design.leaveOneOut
        let silent = Set(zeroVariance[plan.reference.id] ?? [])
        let strengths = best.map { $0.best.map { Double(plan.configuration.strength(of: $0)) } }
        let matches = zip(plan.others, best).enumerated().map { m, match in
            ModelMatches(
                model: match.0, best: match.1.best, partner: match.1.partner,
                bestStandardError: jackknife.map { jackknife in
                    (0..<neurons).map { i in
                        jackknife.variance(of: strengths[m][i]) {
                            Double(references[m].maximum(set: leaveOneOut[$0], neuron: i))
                        }.squareRoot()
                    }
                }, crossfit: references[m].crossfitted)
        }
        let means = means
        let baselines = plan.configuration.rotations.kinds.indices.map { baseline(kind: $0, means: means, jackknife: jackknife) }
        let meanVariances = jackknife.map { jackknife in
            (0..<neurons).map { i in jackknife.variance(of: means[0][i]) { means[leaveOneOut[$0]][i] } }
        }
        return UniversalityResult(
            configuration: plan.configuration, reference: plan.reference, tokens: replicateTokens.reduce(0, +),
            replicateTokens: replicateTokens, matches: matches,
            maximum: (0..<neurons).map { i in strengths.map { $0[i] }.max() ?? 0 }, mean: means[0],
            minimum: (0..<neurons).map { i in strengths.map { $0[i] }.min() ?? 0 },
            meanStandardError: meanVariances?.map { $0.squareRoot() },
            meanCorrelation: Estimate(
                value: average(means[0]),
                standardError: jackknife.map { jackknife in
                    jackknife.variance(of: average(means[0])) { average(means[leaveOneOut[$0]]) }.squareRoot()
                }),
            baselines: baselines, isUniversal: baselines[0].excess.map { $0 > plan.configuration.threshold },
            convergence: convergence(means: means),
            layerMatches: matches.map { layers(of: $0, silent: silent) }, pairs: pairs, zeroVariance: zeroVariance)
    }

    /// The first baseline alone, that excess and universal neurons refer to.
    var firstBaseline: BaselineColumns { baseline(kind: 0, means: means, jackknife: Jackknife(sizes: replicateTokens)) }

    /// The mean correlations over each set, `[sets][neurons]`.
    private var means: [[Double]] { plan.design.sets.indices.map { meanCorrelations(set: $0) } }

    /// The mean over the other models of each neuron's best correlation over a set.
    private func meanCorrelations(set: Int) -> [Double] {
        (0..<neurons).map { i in references.reduce(0) { $0 + Double($1.maximum(set: set, neuron: i)) } / models }
    }

    /// The mean over the other models of each neuron's baseline over a set, draw by draw, `[draws][neurons]`.
    private func meanBaselines(kind: Int, set: Int) -> [[Double]] {
        (0..<draws).map { draw in
            (0..<neurons).map { i in
                references.reduce(0) { $0 + Double($1.rotatedMaximum(matrix: kind * draws + draw, set: set, neuron: i)) } / models
            }
        }
    }

    private func average(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

    /// The mean over draws of a value of each draw for each neuron.
    private func overDraws(_ values: [[Double]], without left: Int? = nil) -> [Double] {
        let kept = values.indices.filter { $0 != left }
        return (0..<neurons).map { i in kept.reduce(0) { $0 + values[$1][i] } / Double(kept.count) }
    }

    private func count(means: [Double], baseline: [Double]) -> Int {
        zip(means, baseline).reduce(0) { $0 + ($1.0 - $1.1 > plan.configuration.threshold ? 1 : 0) }
    }

    private func baseline(kind: Int, means: [[Double]], jackknife: Jackknife?) -> BaselineColumns {
        let whole = meanBaselines(kind: kind, set: 0)
        let mean = overDraws(whole)
        let perModel = references.map { reference in drawMoments(reference, kind: kind) }
        let leftOut = plan.design.leaveOneOut.map { overDraws(meanBaselines(kind: kind, set: $0)) }
        let excess = zip(means[0], mean).map { $0 - $1 }
        let excessError = jackknife.map { jackknife in
            (0..<neurons).map { i in
                let sampling = jackknife.variance(of: excess[i]) { means[plan.design.leaveOneOut[$0]][i] - leftOut[$0][i] }
                return (sampling + drawVariance { whole[$0][i] }).squareRoot()
            }
        }
        let drawAverages = whole.map(average)
        func error(_ whole: Double, _ part: (Int) -> Double) -> Double? {
            jackknife.map { ($0.variance(of: whole, leaveOneOut: part) + drawVariance { drawAverages[$0] }).squareRoot() }
        }
        return BaselineColumns(
            kind: plan.configuration.rotations.kinds[kind], models: perModel.map(\.mean), deviations: perModel.map(\.deviation),
            maximum: (0..<neurons).map { i in perModel.map { $0.mean[i] }.max() ?? 0 }, mean: mean,
            minimum: (0..<neurons).map { i in perModel.map { $0.mean[i] }.min() ?? 0 }, excess: excess,
            excessStandardError: excessError,
            universal: universal(kind: kind, prefix: plan.design.prefixes[plan.design.prefixes.count - 1], means: means),
            meanBaseline: Estimate(value: average(mean), standardError: error(average(mean)) { average(leftOut[$0]) }),
            meanExcess: Estimate(
                value: average(excess),
                standardError: error(average(excess)) { average(means[plan.design.leaveOneOut[$0]]) - average(leftOut[$0]) }))
    }

    /// The variance of a mean over draws.
    private func drawVariance(_ value: (Int) -> Double) -> Double {
        guard draws > 1 else { return 0 }
        let values = (0..<draws).map(value)
        let centre = average(values)
        return values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(draws - 1) / Double(draws)
    }

    private func drawMoments(_ reference: ReferenceAccumulator, kind: Int) -> (mean: [Double], deviation: [Double]) {
        var mean = [Double](repeating: 0, count: neurons)
        var deviation = mean
        for i in 0..<neurons {
            func value(_ draw: Int) -> Double { Double(reference.rotatedMaximum(matrix: kind * draws + draw, set: 0, neuron: i)) }
            mean[i] = average((0..<draws).map(value))
            deviation[i] = (drawVariance(value) * Double(draws)).squareRoot()
        }
        return (mean, deviation)
    }

    /// The universal neurons over a beginning of the replicates, with the jackknife inside it.
    private func universal(kind: Int, prefix: ReplicateDesign.Prefix, means: [[Double]]) -> UniversalCount {
        let whole = meanBaselines(kind: kind, set: prefix.set)
        let found = count(means: means[prefix.set], baseline: overDraws(whole))
        let jackknife = Jackknife(sizes: Array(replicateTokens.prefix(prefix.replicates)))
        let error = jackknife.map { jackknife in
            let parts = prefix.leaveOneOut.map { set in
                Double(count(means: means[set], baseline: overDraws(meanBaselines(kind: kind, set: set))))
            }
            var variance = jackknife.variance(of: Double(found)) { parts[$0] }
            if draws > 1 {
                let counts = (0..<draws).map { Double(count(means: means[prefix.set], baseline: overDraws(whole, without: $0))) }
                let centre = average(counts)
                let spread = counts.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
                variance += spread * Double(draws - 1) / Double(draws)
            }
            return variance.squareRoot()
        }
        let all = Double(max(1, neurons))
        return UniversalCount(
            count: found, fraction: Double(found) / all, threshold: plan.configuration.threshold, standardError: error.map { $0 / all },
            countStandardError: error, countErrorResolution: jackknife?.resolutionOfCount, degreesOfFreedom: jackknife?.degreesOfFreedom)
    }

    private func convergence(means: [[Double]]) -> Convergence {
        Convergence(
            points: plan.design.prefixes.map { prefix in
                ConvergencePoint(
                    replicates: prefix.replicates, tokens: replicateTokens.prefix(prefix.replicates).reduce(0, +),
                    universal: universal(kind: 0, prefix: prefix, means: means))
            })
    }

    private func layers(of matches: ModelMatches, silent: Set<Int>) -> LayerMatches {
        var counts = Array(repeating: Array(repeating: 0, count: matches.model.layers), count: plan.reference.layers)
        for i in 0..<neurons where !silent.contains(i) {
            let row = plan.reference.position(of: i).layer
            counts[row][matches.model.position(of: Int(matches.partner[i])).layer] += 1
        }
        return LayerMatches(model: matches.model.id, counts: counts)
    }
}
