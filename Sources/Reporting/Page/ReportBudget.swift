/// What the budget section says.
struct ReportBudget {
    let content: ReportContent

    private var tokens: Int { content.rawTokens ?? content.tokens }

    /// The section, as text.
    func view() -> BudgetView {
        guard let error = content.universal.standardError else {
            return BudgetView(sentences: [
                """
                This run has \(ReportWords.count(content.replicates, "replicate")) with tokens in all, so nothing is known of the error and \
                nothing can be said about the budget. It takes at least two.
                """
            ])
        }
        let pooled = content.pooledError ?? error
        let tables = [
            table("Tokens for a wanted standard error of the universal count", error: pooled),
            table(
                "Tokens for a wanted standard error of an excess correlation (median of the table’s \(content.columns.nouns))",
                error: medianExcessError),
        ].compactMap(\.self)
        let caution = """
            The budgets below are extrapolations from \(ReportWords.count(content.replicates, "replicate")), so take them for the order of \
            magnitude. The part of the error that comes from the rotation draws falls with more draws, not with more tokens. A longer run \
            continues this one: `universal-neurons extend RUN --tokens N` computes only what is added.
            """
        // What rounding leaves of 0 is far below one neuron.
        guard pooled > 1e-9 else {
            return BudgetView(
                sentences: [
                    """
                    The universal count came out the same whichever replicate was left out, so all that is known of its standard error is \
                    that it is below that of one \(content.columns.noun) in one replicate. That does not mean that it cannot change: \
                    \(content.columns.nouns) close to the threshold may cross it with other tokens. How close they are, the errors of \
                    their excess say\(tables.isEmpty ? "." : "; these fall with the square root of the tokens.")
                    """
                ] + (tables.isEmpty ? [] : [caution]), tables: tables)
        }
        let together =
            pooled == error
            ? ""
            : """
            ; all points of the figure together suggest an error of \
            ± \(NumberFormat.fixed(pooled, NumberFormat.digits(forError: pooled, limit: 2)))
            """
        return BudgetView(
            sentences: [
                """
                With \(NumberFormat.tokens(Double(tokens))) tokens the universal count is \(FigureText.count(content.universal))\(together). \
                Errors fall with the square root of the tokens.
                """, caution,
            ], tables: tables)
    }

    private var medianExcessError: Double? {
        let errors = content.neurons.compactMap(\.excess.standardError).filter { $0.isFinite && $0 > 0 }.sorted()
        return errors.isEmpty ? nil : errors[errors.count / 2]
    }

    private func table(_ caption: String, error: Double?) -> BudgetView.Table? {
        let rows = BudgetForecast(standardError: error, tokens: tokens).entries.map { entry in
            let isBeyond = content.corpusTokens.map { entry.tokens > Double($0) } ?? false
            // Wanted errors have one significant figure.
            let digits = entry.wantedError >= 1 ? 0 : NumberFormat.digits(forError: entry.wantedError * 10, limit: 6)
            return BudgetView.Row(
                wanted: NumberFormat.fixed(entry.wantedError, digits), tokens: NumberFormat.tokens(entry.tokens),
                factor: NumberFormat.fixed(entry.factor, entry.factor < 10 ? 1 : 0), note: isBeyond ? "more than the corpus has" : "")
        }
        return rows.isEmpty ? nil : BudgetView.Table(caption: caption, rows: rows)
    }
}
