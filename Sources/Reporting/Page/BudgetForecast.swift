/// How many tokens a wanted standard error of the universal count would take.
///
/// Sampling errors fall with the square root of the tokens, so a third of the error takes nine times the tokens.
struct BudgetForecast: Equatable {
    /// A wanted error and its price.
    struct Entry: Equatable {
        let wantedError: Double
        let tokens: Double
        let factor: Double
    }

    let entries: [Entry]

    /// The next three errors of the series 1, 2, 5 below 0.75 of today's; none when today's is 0 or not known.
    init(standardError: Double?, tokens: Int) {
        guard let error = standardError, error.isFinite, error > 0, tokens > 0 else {
            entries = []
            return
        }
        var found: [Entry] = []
        var exponent = 0
        while NumberFormat.powerOfTen(exponent) <= error { exponent += 1 }
        while found.count < 3, exponent > -6 {
            for mantissa in [5.0, 2, 1] where found.count < 3 {
                let wanted = mantissa * NumberFormat.powerOfTen(exponent)
                guard wanted <= 0.75 * error else { continue }
                let ratio = error / wanted
                found.append(Entry(wantedError: wanted, tokens: Double(tokens) * ratio * ratio, factor: ratio * ratio))
            }
            exponent -= 1
        }
        entries = found
    }
}
