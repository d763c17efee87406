import Analysis

/// A figure with its error, as text. An error that is too small to be shown is "below" what could be, in words: no ± can say that.
enum FigureText {
    /// A count: "1,533 ± 12", "7 (standard error below 0.75)", the count whole, the error with two significant figures.
    static func count(_ figure: ReportedFigure) -> String {
        let text = bareCount(figure)
        guard let error = countError(figure) else { return text }
        return figure.errorLimit == nil ? "\(text) ± \(error)" : "\(text) (standard error \(error))"
    }

    /// A count without its error.
    static func bareCount(_ figure: ReportedFigure) -> String {
        NumberFormat.fixed(figure.value, figure.value.rounded() == figure.value ? 0 : 1)
    }

    /// The error of a count: "12", "below 0.75"; `nil` where there is none.
    static func countError(_ figure: ReportedFigure) -> String? {
        if let limit = figure.errorLimit { return "below \(NumberFormat.fixed(limit, NumberFormat.digits(forError: limit, limit: 2)))" }
        return figure.standardError.map { NumberFormat.fixed($0, $0 == 0 ? 0 : NumberFormat.digits(forError: $0, limit: 2)) }
    }

    /// The limit of a share's error: "below 0.037 %"; `nil` where the error itself is known, or none is.
    static func shareLimit(_ figure: ReportedFigure) -> String? {
        figure.errorLimit.map { "below \(NumberFormat.percent($0, NumberFormat.digits(forError: $0 * 100, limit: 3)))" }
    }

    /// A share: "4.159 ± 0.033 %"; without its error where that is only known to be below a limit: "0.342 %".
    static func share(_ figure: ReportedFigure) -> String {
        if let limit = figure.errorLimit {
            return NumberFormat.percent(figure.value, NumberFormat.digits(forError: limit * 100, limit: 3))
        }
        let digits = NumberFormat.digits(forError: (figure.standardError ?? 0) * 100, limit: 3)
        guard let error = figure.standardError else { return NumberFormat.percent(figure.value, max(2, digits)) }
        if error == 0 { return "\(NumberFormat.fixed(figure.value * 100, 3)) ± \(NumberFormat.percent(0, 0))" }
        return "\(NumberFormat.fixed(figure.value * 100, digits)) ± \(NumberFormat.percent(error, digits))"
    }

    /// A correlation: "0.579 ± 0.012".
    static func correlation(_ figure: ReportedFigure, digits: Int = 3) -> String {
        guard let error = figure.standardError else { return NumberFormat.fixed(figure.value, digits) }
        return "\(NumberFormat.fixed(figure.value, digits)) ± \(NumberFormat.fixed(error, digits))"
    }

    /// The 95 % interval of a count, cut at 0 and at `limit`; `nil` without an error.
    static func interval(_ figure: ReportedFigure, limit: Double) -> String? {
        guard let error = figure.standardError, let freedom = figure.degreesOfFreedom, freedom > 0, error > 0,
            figure.errorLimit == nil
        else { return nil }
        let reach = StudentT(degreesOfFreedom: freedom).quantile(0.975) * error
        let lower = max(0, figure.value - reach)
        let upper = min(limit, figure.value + reach)
        return "\(NumberFormat.fixed(lower, 0))–\(NumberFormat.fixed(upper, 0))"
    }
}
