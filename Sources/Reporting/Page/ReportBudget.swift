/// What the budget section says.
struct ReportBudget {
    let content: ReportContent

    /// The section, as text.
    func view() -> BudgetView {
        let tokens = content.rawTokens ?? content.tokens
        guard let error = content.universal.standardError else {
            return BudgetView(
                sentences: [
                    "This run has \(ReportWords.count(content.replicates, "replicate")), so nothing is known of the error and nothing can be said about the budget. Set replicates to 2 or more."
                ])
        }
        guard error > 0 else {
            return BudgetView(
                sentences: [
                    "The universal count came out the same whichever replicate was left out, so its standard error is 0. That does not mean that it cannot change: neurons close to the threshold may cross it with other tokens. The errors of the excess in the table say how close they are.",
                    "More tokens make those errors smaller, with the square root of the budget.",
                ])
        }
        let forecast = BudgetForecast(standardError: error, tokens: tokens)
        let rows = forecast.entries.map { entry in
            let isBeyond = content.corpusTokens.map { entry.tokens > Double($0) } ?? false
            let digits = entry.wantedError >= 1 ? 0 : NumberFormat.digits(forError: entry.wantedError * 10, limit: 5)
            return BudgetView.Row(
                wanted: NumberFormat.fixed(entry.wantedError, digits), tokens: NumberFormat.tokens(entry.tokens),
                factor: NumberFormat.fixed(entry.factor, entry.factor < 10 ? 1 : 0), note: isBeyond ? "more than the corpus has" : "")
        }
        return BudgetView(
            sentences: [
                "With \(NumberFormat.tokens(Double(tokens))) tokens the universal count is \(FigureText.count(content.universal)). Errors fall with the square root of the tokens, which gives the budgets below.",
                "It is an extrapolation from \(ReportWords.count(content.replicates, "replicate")), so take it for the order of magnitude. The part of the error that comes from the rotation draws falls with more draws, not with more tokens. A longer run continues this one: extend RUN --tokens N computes only what is added.",
            ], rows: rows)
    }
}
