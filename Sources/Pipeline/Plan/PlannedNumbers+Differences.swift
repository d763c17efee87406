extension PlannedNumbers {
    /// Where two plans differ, as `key: this → that` by the keys of a configuration; what a draft does not know yet is not compared.
    func differences(from other: PlannedNumbers) -> [String] {
        var found = modelDifferences(from: other)
        func compare<Value: Equatable>(_ key: String, _ value: (PlannedNumbers) -> Value, _ text: (Value) -> String = { "\($0)" }) {
            let (old, new) = (value(other), value(self))
            if old != new { found.append("\(key): \(text(old)) → \(text(new))") }
        }
        compare("corpus.context", \.corpus.context)
        // A mask may be many ids; which corpus it was is no more than a hash.
        compare("corpus.mask", \.corpus.mask) { $0.isEmpty ? "none" : $0.prefix(8).map(String.init).joined(separator: " ") }
        compare("corpus.seed", \.corpus.seed)
        let (old, new) = (other.corpus, corpus)
        if old.context == new.context,
            (old.digest, old.rows, old.vocabulary, old.domains) != (new.digest, new.rows, new.vocabulary, new.domains)
        {
            let isSame = (old.digest, old.rows, old.vocabulary) == (new.digest, new.rows, new.vocabulary)
            let what = isSame ? "other domains" : old.rows == new.rows ? "other tokens" : "other tokens, \(old.rows) → \(new.rows) rows"
            found.append("corpus: \(what)")
        }
        if old.context == new.context, old.rows == new.rows { compare("shard", \.corpus.windowRows) { "\($0) rows" } }
        compare("replicates", \.corpus.replicates)
        compare("strata", \.corpus.separatesDomains) { ($0 ? Stratification.domain : .none).rawValue }
        compare("pairs", \.pairs)
        compare("layers.band", \.band) { $0.map(String.init) ?? "all" }
        compare("columns", \.basis?.columns) { $0.map { "\($0)" } ?? "neurons" }
        if labels != other.labels {
            func name(_ labels: PlannedLabels?) -> String { labels == nil ? "none" : "some" }
            found.append(
                labels == nil || other.labels == nil
                    ? "corpus.labels: \(name(other.labels)) → \(name(labels))" : "corpus.labels: other labels")
        }
        if found.isEmpty || features == nil || other.features == nil {
            if let old = other.features, let new = features, old.digest != new.digest, old.columns == new.columns {
                found.append("features: \(new.columns) other columns")
            } else {
                compare("features", \.features?.columns) { $0.map { "\($0) columns" } ?? "none" }
            }
        }
        if features != nil, other.features != nil { compare("features.models", \.features?.explained) { ($0 ?? .reference).rawValue } }
        compare("chunk", \.accumulation.chunk)
        // Integers are multiplied with a resolution of their own, whatever the key says.
        compare("precision", \.accumulation.bits) { $0.map { "{int8: \($0.rawValue)}" } ?? "exact" }
        if accumulation.bits == other.accumulation.bits { compare("resolution", \.accumulation.resolution) }
        compare("precision.screening", \.screening?.pilotWindows) { $0.map { "a pilot of \($0) shards" } ?? "none" }
        if screening != nil, other.screening != nil {
            compare("precision.screening.candidates", \.screening?.candidates) { $0.map(String.init) ?? "auto" }
            compare("precision.screening.confidence", \.screening?.confidence) { $0.map { "\($0)" } ?? "none" }
        }
        compare("calibration", \.calibrationTokens) { "\($0) tokens" }
        compare("examples.count", \.examples.count)
        compare("examples.before", \.examples.before)
        compare("examples.after", \.examples.after)
        compare("moments", \.hasMoments) { $0 ? "some" : "none" }
        if moments != nil, other.moments != nil {
            compare("moments.maxima", \.moments?.maxima) { "\($0 ?? 0)" }
            compare("moments.means", \.moments?.means) { "\($0 ?? 0)" }
        }
        compare("kernels", \.kernels)
        var same = other
        (same.calibration, same.fingerprint) = (calibration, fingerprint)
        same.screening?.digest = screening?.digest
        same.basis?.digest = basis?.digest
        return found.isEmpty && same != self ? ["settings that no configuration has"] : found
    }

    private func modelDifferences(from other: PlannedNumbers) -> [String] {
        let (old, new) = (other.models.map(\.id), models.map(\.id))
        guard old == new else { return ["models: \(old.joined(separator: " ")) → \(new.joined(separator: " "))"] }
        return zip(other.models, models).enumerated().compactMap { index, pair in
            let (old, new) = pair
            // What their columns are is told of the run.
            guard old.digest != new.digest else { return nil }
            func shape(_ model: PlannedModel) -> String { "\(model.layers) layers of \(model.mlpWidth) neurons" }
            return "models[\(index)]: "
                + (shape(old) == shape(new) ? "\(new.id) is another model" : "\(new.id) has \(shape(new)), it had \(shape(old))")
        }
    }
}
