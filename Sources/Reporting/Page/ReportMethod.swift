import Analysis
import Statistics

/// What the sections on method and provenance say.
struct ReportMethod {
    let content: ReportContent

    private var provenance: ReportedProvenance { content.provenance }

    /// Degrees of freedom of the error bars; `nil` when there are none.
    var freedom: Int? {
        guard content.universal.standardError != nil, content.replicates > 1 else { return nil }
        return content.universal.degreesOfFreedom ?? content.replicates - 1
    }

    /// Standard errors to either side that hold 95 %.
    var quantile: String { freedom.map { NumberFormat.fixed(StudentT(degreesOfFreedom: $0).quantile(0.975), 2) } ?? "" }

    /// The kind of rotation, in words.
    var rotation: String {
        let kind =
            switch provenance.rotationKind {
            case "gaussian": "Gaussian, rows of length 1"
            case "orthogonal": "orthogonal, uniformly distributed"
            case let other?: VisibleText.plain(other, limit: 60)
            case nil: "random"
            }
        return provenance.rotationDraws.map { "\(kind); \(ReportWords.count($0, "draw")) a layer" } ?? kind
    }

    /// What rounding the sums may have done.
    var resolution: String? {
        if let error = provenance.roundingError { return rounded(error) }
        guard let error = provenance.resolutionError else { return nil }
        let unit = provenance.resolution.map { " to multiples of \(VisibleText.plain($0, limit: 20))" } ?? ""
        let noise = content.tokens > 0 ? 1 / Double(content.tokens).squareRoot() : .nan
        return
            "Each chunk’s cross-products are rounded\(unit) before they are added as whole numbers. Under the final deviations this moves the "
            + "correlation of the two columns that vary least by \(NumberFormat.scientific(error)) (root mean square), all others by less; "
            + "sampling noise, 1/\u{2060}√n, is \(NumberFormat.scientific(noise))"
            + (content.isRoundingAboveNoise ? ": \(ReportWords.roundingAboveNoise)." : ".")
    }

    private func rounded(_ error: RoundingError) -> String {
        let noise = content.tokens > 0 ? 1 / Double(content.tokens).squareRoot() : .nan
        return
            "Activations are rounded at random to integers of \(error.bits) bits, without bias, and their products added as whole numbers. This "
            + "moves correlations by at most \(NumberFormat.scientific(error.typical)) (root mean square over all pairs), that of the worst "
            + "pair of columns by at most \(NumberFormat.scientific(error.largest)); sampling noise, 1/\u{2060}√n, is "
            + "\(NumberFormat.scientific(noise)). A share of \(NumberFormat.scientific(error.beyond)) of the values lay beyond the scale and was "
            + "added one by one, exactly."
    }

    /// Which neurons never varied.
    var silent: String {
        let count = provenance.zeroVarianceCount
        guard count > 0 else { return "Every \(content.columns.noun)’s activation varied over the counted tokens." }
        let named = provenance.zeroVariance.prefix(30).map { VisibleText.plain($0, limit: 60) }
        let rest = count - named.count
        return
            "\(ReportWords.count(count, content.columns.noun)) never varied over the counted tokens, so \(count == 1 ? "its" : "their") correlations are set "
            + "to 0: \(named.joined(separator: ", "))\(rest > 0 ? " and \(NumberFormat.integer(rest)) more" : "")."
    }

    /// The table of provenance.
    var facts: [ReportedFact] {
        let known: [(String, String?)] = [
            ("program", provenance.program), ("plan identity", provenance.planIdentity),
            ("statistics_sha256", provenance.statisticsSHA256), ("kernels", provenance.kernels), ("corpus", provenance.corpus),
            ("corpus content hash", provenance.corpusDigest), ("resolution", provenance.resolution),
            ("error by resolution (root mean square, columns that vary least)", provenance.resolutionError.map(NumberFormat.scientific)),
            ("bits of an activation", provenance.roundingError.map { String($0.bits) }),
            ("error by rounding (root mean square, all pairs)", provenance.roundingError.map { NumberFormat.scientific($0.typical) }),
            ("screening", provenance.screening.map { ScreeningText.sentence($0, of: content.columns) }),
            ("rotations", provenance.rotationKind == nil && provenance.rotationDraws == nil ? nil : rotation),
            ("replicates", String(content.replicates)),
            ("tokens counted", NumberFormat.integer(content.tokens)), ("raw tokens", content.rawTokens.map(NumberFormat.integer)),
            ("raw tokens in the corpus", content.corpusTokens.map(NumberFormat.integer)),
            ("\(content.columns.nouns) without variance", NumberFormat.integer(provenance.zeroVarianceCount)),
        ]
        return known.compactMap { label, value in value.map { ReportedFact(label, VisibleText.plain($0, limit: 400)) } }
            + provenance.facts.map { ReportedFact(VisibleText.plain($0.label, limit: 60), VisibleText.plain($0.value, limit: 400)) }
    }

    /// The table of models.
    var models: PageView.Models? {
        guard !provenance.models.isEmpty else { return nil }
        return PageView.Models(
            rows: provenance.models.map { model in
                PageView.ModelRow(
                    id: VisibleText.plain(model.id, limit: 60), layers: NumberFormat.integer(model.layers),
                    neurons: NumberFormat.integer(model.neurons), path: VisibleText.plain(model.path ?? "–", limit: 200),
                    digest: VisibleText.plain(model.digest ?? "–", limit: 80))
            })
    }
}
