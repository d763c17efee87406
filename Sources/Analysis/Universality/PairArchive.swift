import Storage
import SystemPackage

/// The summary of a pair of models as `pairs/a-b.npz`, for people who have scripts on the authors' files (SPEC 11).
///
/// Every key exists twice, after the id of the model whose neurons are its rows: in `a-b.npz` `a_max_corr` is about the neurons of a
/// against all of b, `b_max_corr` about those of b against all of a. Indices (`_ix`) are layer · d_mlp + neuron of the other model. Keys:
/// - `max_corr`, `max_corr_ix`, `min_corr`, `min_corr_ix`, `[n]`: float32 and int32;
/// - `max_tail_corr`, `max_tail_corr_ix`, `min_tail_corr`, `min_tail_corr_ix`, `[n, 50]`: from the end inwards; fewer columns where the
///   other model has fewer neurons, and for a neuron that a band compares with fewer, places left at the end: −1 in `_ix`, with −∞ in
///   `max_tail_corr` and ∞ in `min_tail_corr`;
/// - `bin_counts`, `[n, 101]`: uint32, the bins of ``CorrelationHistogram``;
/// - `corr_mean`, `corr_var`, `corr_skew`, `corr_kurt`, `[n]`: float64, population moments of the row, kurtosis 3 for a normal;
/// - `diag_corr`, `obo_corr`, `[n]`: with the neuron of the same and of the next index, NaN where there is none.
///
/// Where columns are directions, whose signs are arbitrary, `max_corr`, `max_corr_ix`, `max_tail_corr` and `max_tail_corr_ix` are the largest
/// by absolute value, each with its sign; everything else is as above, the baselines are of absolute values.
///
/// A screened run has the first four of the highest correlations only: `max_corr`, `max_corr_ix`, `max_tail_corr`, `max_tail_corr_ix`, over
/// the candidates.
///
/// The reference's rows have more: `corr_crossfit`, `max_corr_se`, and for each kind of rotation `baseline_gaussian` (mean over draws)
/// and `baseline_gaussian_sd`.
public enum PairArchive {
    /// Writes an archive in one step.
    ///
    /// - Throws: a `StorageError`.
    public static func write(
        _ pair: PairSummary, of result: UniversalityResult, to path: FilePath, on files: some FileLayer = LocalFiles()
    ) throws {
        let isScreened = result.screening != nil
        var entries =
            direction(pair.forward, id: pair.earlier.id, isScreened: isScreened)
            + direction(pair.backward, id: pair.later.id, isScreened: isScreened)
        if pair.earlier == result.reference, let m = result.matches.firstIndex(where: { $0.model == pair.later }) {
            let id = pair.earlier.id
            if let crossfit = result.matches[m].crossfit { entries.append(.init("\(id)_corr_crossfit", crossfit)) }
            if let errors = result.matches[m].bestStandardError { entries.append(.init("\(id)_max_corr_se", errors)) }
            for baseline in result.baselines {
                entries.append(.init("\(id)_baseline_\(baseline.kind.rawValue)", baseline.models[m]))
                entries.append(.init("\(id)_baseline_\(baseline.kind.rawValue)_sd", baseline.deviations[m]))
            }
        }
        try NumpyArchive.write(path, entries, on: files)
    }

    /// About the bytes of a neuron's figures in one direction, of which it has as many partners.
    public static func bytesPerNeuron(partners: Int, isScreened: Bool = false) -> Int {
        let tail = 8 * min(partners, UniversalityConfiguration.usualTail)
        // The best partner, the list, and in an exact run the other end, the histogram, four moments and two neighbours.
        return isScreened ? 8 + tail : 2 * (8 + tail) + CorrelationHistogram.bins * 4 + 4 * 8 + 2 * 4
    }

    private static func direction(_ direction: PairDirection, id: String, isScreened: Bool) -> [NumpyArchive.Entry] {
        let table = direction.partners
        let tail = [table.neurons, table.highest.length]
        let entries: [(isHighest: Bool, entry: NumpyArchive.Entry)] = [
            (true, .init("\(id)_max_corr", table.highest.firstValues)),
            (true, .init("\(id)_max_corr_ix", table.highest.firstPartners)),
            (false, .init("\(id)_min_corr", table.lowest.firstValues)),
            (false, .init("\(id)_min_corr_ix", table.lowest.firstPartners)),
            (true, .init("\(id)_max_tail_corr", table.highest.values, shape: tail)),
            (true, .init("\(id)_max_tail_corr_ix", table.highest.partners, shape: tail)),
            (false, .init("\(id)_min_tail_corr", table.lowest.values, shape: tail)),
            (false, .init("\(id)_min_tail_corr_ix", table.lowest.partners, shape: tail)),
            (false, .init("\(id)_bin_counts", table.histogram, shape: [table.neurons, CorrelationHistogram.bins])),
            (false, .init("\(id)_corr_mean", direction.mean)),
            (false, .init("\(id)_corr_var", direction.variance)),
            (false, .init("\(id)_corr_skew", direction.skewness)),
            (false, .init("\(id)_corr_kurt", direction.kurtosis)),
            (false, .init("\(id)_diag_corr", direction.sameIndex)),
            (false, .init("\(id)_obo_corr", direction.nextIndex)),
        ]
        return entries.filter { $0.isHighest || !isScreened }.map(\.entry)
    }
}
