import Kernels
import Models
import Statistics

extension RunPlan {
    /// Layers of all models together: 40 models of 100 layers. Blocks grow with its square.
    private static let layerLimit = 4_096
    /// Partners are counted in 32 bits.
    private static let neuronLimit = Int(Int32.max)
    /// Sizes that no model exceeds, so that products of two of them and of tokens stay within 64 bits.
    private static let sizes = 1...(1 << 24)

    /// Looks for a value that no plan has. Whoever computes with a plan relies on what is checked here: counts are positive, sums and
    /// products fit into integers, ids are no paths.
    ///
    /// - Returns: what is wrong, with the field's name; nil for a sound plan.
    func problem() -> String? {
        if let problem = modelProblem() ?? corpusProblem() ?? numberProblem() { return problem }
        let ids = numbers.models.map(\.id)
        if configuration.models.map(\.id) != ids { return "configuration.models are not its models \(ids.joined(separator: ", "))" }
        if let problem = configuration.problem() { return "configuration.\(problem)" }
        let windows = 1...numbers.corpus.windows
        if !windows.contains(self.windows) { return Self.outside("windows", self.windows, windows) }
        let blocks = layout.blocks.count
        guard blockGroups.allSatisfy({ !$0.isEmpty }), blockGroups.joined().sorted() == Array(0..<blocks) else {
            return "blockGroups do not cover its \(blocks) blocks once each"
        }
        if let reducers, reducers.count != layout.groups.count || !reducers.allSatisfy(layout.groups.indices.contains) {
            return "reducers do not give each of its \(layout.groups.count) column groups to one of them"
        }
        return nil
    }

    private static func outside(_ field: String, _ value: Int, _ range: ClosedRange<Int>) -> String? {
        range.contains(value) ? nil : "\(field) is \(value), not from \(range.lowerBound) to \(range.upperBound)"
    }

    private func modelProblem() -> String? {
        let models = numbers.models
        if models.count < 2 { return "numbers.models are \(models.count), fewer than two" }
        for (index, model) in models.enumerated() {
            let field = "numbers.models[\(index)]"
            if let reason = ModelReference.unusable(planned: model.id) { return "\(field).id cannot be used: \(reason)" }
            if models[..<index].contains(where: { $0.id.lowercased() == model.id.lowercased() }) { return "\(field).id stands twice" }
            let sizes = [
                ("mlpWidth", model.mlpWidth), ("width", model.width), ("vocabulary", model.vocabulary), ("positions", model.positions),
            ]
            if let problem = Self.outside("\(field).layers", model.layers, 1...Self.layerLimit) { return problem }
            for (name, value) in sizes {
                if let problem = Self.outside("\(field).\(name)", value, Self.sizes) { return problem }
            }
        }
        if case .groups(let groups) = numbers.pairs, let problem = groups.problem(of: models.map(\.id)) {
            return "numbers.pairs: \(problem)"
        }
        let layers = models.reduce(0) { $0 + $1.layers }
        if layers > Self.layerLimit { return "numbers.models have \(layers) layers, more than \(Self.layerLimit)" }
        if let problem = basisProblem() { return problem }
        let neurons = models.reduce(0) { $0 + $1.layers * $1.mlpWidth }
        return neurons > Self.neuronLimit ? "numbers.models have \(neurons) neurons, more than \(Self.neuronLimit)" : nil
    }

    private func basisProblem() -> String? {
        if configuration.columns != numbers.basis?.columns { return "configuration.columns are not those of its numbers" }
        for (index, model) in numbers.models.enumerated() {
            guard model.directions == numbers.basis?.columns.columns(ofNeurons: model.mlpWidth) else {
                return "numbers.models[\(index)].directions are not those of its columns"
            }
            if let problem = Self.outside("numbers.models[\(index)].directions", model.columns, 1...model.mlpWidth) { return problem }
        }
        if case .principal? = numbers.basis?.columns, numbers.basis?.digest == nil { return "numbers.basis names no directions" }
        return nil
    }

    private func corpusProblem() -> String? {
        let corpus = numbers.corpus
        let ranges = [
            ("rows", corpus.rows, 1...TokenCount.limit), ("context", corpus.context, ConfigurationRanges.context),
            ("vocabulary", corpus.vocabulary, 1...Int(Int32.max)), ("windowRows", corpus.windowRows, 1...TokenCount.limit),
            ("replicates", corpus.replicates, ConfigurationRanges.replicates),
            // Domains are kept as 16-bit numbers.
            ("domains", corpus.domains.count, 1...Int(UInt16.max) + 1),
        ]
        for (name, value, range) in ranges {
            if let problem = Self.outside("numbers.corpus.\(name)", value, range) { return problem }
        }
        for (name, rows) in [("rows", corpus.rows), ("windowRows", corpus.windowRows)] {
            let (tokens, overflow) = rows.multipliedReportingOverflow(by: corpus.context)
            if overflow || tokens > TokenCount.limit { return "numbers.corpus.\(name) is \(rows), more tokens than any corpus has" }
        }
        if let id = corpus.mask.first(where: { $0 < 0 }) { return "numbers.corpus.mask has the token \(id)" }
        for (index, model) in numbers.models.enumerated() {
            if model.vocabulary < corpus.vocabulary {
                return "numbers.models[\(index)].vocabulary is \(model.vocabulary), fewer than the corpus's"
            }
            if model.positions < corpus.context { return "numbers.models[\(index)].positions is \(model.positions), fewer than a row's" }
        }
        return nil
    }

    private func numberProblem() -> String? {
        let (accumulation, examples) = (numbers.accumulation, numbers.examples)
        let exponents = Resolution.exponents
        let ranges = [
            ("accumulation.chunk", accumulation.chunk, ConfigurationRanges.chunk),
            // A tile's entries are counted in 32 bits.
            ("accumulation.tile", accumulation.tile, 1...32_768),
            ("accumulation.resolutionExponent", accumulation.resolutionExponent, exponents.lowerBound...exponents.upperBound),
            ("band", numbers.band ?? 0, ConfigurationRanges.band), ("examples.count", examples.count, ConfigurationRanges.examples),
            ("examples.before", examples.before, ConfigurationRanges.exampleTokens),
            ("examples.after", examples.after, ConfigurationRanges.exampleTokens),
            ("moments.maxima", numbers.moments?.maxima ?? 0, ConfigurationRanges.maxima),
            ("moments.means", numbers.moments?.means ?? 1, ConfigurationRanges.means),
            ("calibrationTokens", numbers.calibrationTokens, ConfigurationRanges.calibration),
            ("features.columns", numbers.features?.columns ?? 1, Self.sizes),
            ("labels.combinations", numbers.labels?.combinations ?? 1, Self.sizes),
        ]
        for (name, value, range) in ranges {
            if let problem = Self.outside("numbers.\(name)", value, range) { return problem }
        }
        if let screening = numbers.screening {
            let windows = 1...max(1, min(windows, numbers.corpus.windows))
            if let problem = Self.outside("numbers.screening.pilotWindows", screening.pilotWindows, windows)
                ?? Self.outside("numbers.screening.candidates", screening.candidates ?? 1, ConfigurationRanges.candidates)
            {
                return problem
            }
            if !ConfigurationRanges.confidence.contains(screening.confidence) {
                return "numbers.screening.confidence is \(screening.confidence)"
            }
            if screening.digest == nil { return "numbers.screening names no candidates" }
        }
        if let bits = accumulation.bits, accumulation.resolutionExponent != 0 {
            let exponent = accumulation.resolutionExponent
            return "numbers.accumulation.resolutionExponent is \(exponent), not 0 as for integers of \(bits.rawValue) bits"
        }
        guard numbers.kernels == KernelChoice.any.rawValue || KernelFamily(rawValue: numbers.kernels) != nil else {
            return "numbers.kernels is '\(numbers.kernels)', which no plan can name"
        }
        return nil
    }
}

extension Configuration {
    /// Looks for a value that no configuration file could have given.
    ///
    /// - Returns: what is wrong, with the field's name.
    fileprivate func problem() -> String? {
        let ranges = [
            ("corpus.context", corpus.context ?? 1, ConfigurationRanges.context),
            ("corpus.minimum_characters", corpus.minimumCharacters, ConfigurationRanges.minimumCharacters),
            ("layers.band", layers?.band ?? 0, ConfigurationRanges.band),
            ("replicates", replicates, ConfigurationRanges.replicates), ("chunk", chunk, ConfigurationRanges.chunk),
            ("calibration", calibration, ConfigurationRanges.calibration), ("rotations.draws", rotations.draws, ConfigurationRanges.draws),
            ("examples.count", examples.count, ConfigurationRanges.examples),
            ("examples.before", examples.before, ConfigurationRanges.exampleTokens),
            ("examples.after", examples.after, ConfigurationRanges.exampleTokens),
            ("moments.maxima", moments?.maxima ?? 0, ConfigurationRanges.maxima),
            ("moments.means", moments?.means ?? 1, ConfigurationRanges.means),
            ("threads", threads ?? 1, ConfigurationRanges.threads),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            return "\(name) is \(value), not from \(range.lowerBound) to \(range.upperBound)"
        }
        if rotations.kinds.isEmpty || Set(rotations.kinds).count != rotations.kinds.count {
            return "rotations.kind does not name each kind once"
        }
        if !ConfigurationRanges.threshold.contains(threshold) { return "threshold is \(threshold), not from 0 to 1" }
        if !ConfigurationRanges.unigramShare.contains(features.unigramShare) { return "features.unigramShare is \(features.unigramShare)" }
        return nil
    }
}
