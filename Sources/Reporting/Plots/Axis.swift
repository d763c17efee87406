/// A linear axis whose ends and ticks are round numbers.
struct Axis: Equatable, Sendable {
    /// How ticks are labelled.
    enum Style: Sendable { case number, tokens, percent, powerOfTen }

    let lower: Double
    let upper: Double
    /// Ticks from `lower` to `upper`, both included.
    let ticks: [Double]
    /// Decimals that tell neighbouring ticks apart.
    let digits: Int
    let style: Style

    /// An axis that covers `minimum...maximum` with about `count` steps of 1, 2 or 5 times a power of ten.
    /// - Parameters:
    ///   - minimumStep: 1 for counts, so that no tick lies between whole numbers.
    init(covering minimum: Double, _ maximum: Double, about count: Int = 5, minimumStep: Double = 0, style: Style = .number) {
        var low = minimum.isFinite ? minimum : 0
        var high = maximum.isFinite ? maximum : low + 1
        if high < low { swap(&low, &high) }
        if high - low <= 1e-12 * max(abs(low), abs(high)) { (low, high) = low > 0 ? (0, low) : low < 0 ? (low, 0) : (0, 1) }
        let raw = max((high - low) / Double(max(1, count)), minimumStep)
        var exponent = 0
        while NumberFormat.powerOfTen(exponent + 1) <= raw { exponent += 1 }
        while NumberFormat.powerOfTen(exponent) > raw { exponent -= 1 }
        let mantissa = raw / NumberFormat.powerOfTen(exponent)
        // The geometric means of neighbours, so that the step is the nearest of 1, 2, 5, 10 on a logarithmic scale.
        let factor = mantissa < 1.4143 ? 1 : mantissa < 3.1623 ? 2 : mantissa < 7.0711 ? 5 : 10
        if factor == 10 { exponent += 1 }
        let units = factor == 10 ? 1.0 : Double(factor)
        // Ticks are a whole number times or divided by a power of ten: 0.3, not 0.30000000000000004.
        func tick(_ index: Int) -> Double {
            exponent < 0
                ? Double(index) * units / NumberFormat.powerOfTen(-exponent) : Double(index) * units * NumberFormat.powerOfTen(exponent)
        }
        let step = tick(1)
        let first = Int((low / step + 1e-9).rounded(.down))
        let last = Int((high / step - 1e-9).rounded(.up))
        ticks = (first...max(first + 1, last)).map(tick)
        lower = ticks[0]
        upper = ticks[ticks.count - 1]
        digits = max(0, -exponent - (style == .percent ? 2 : 0))
        self.style = style
    }

    /// An axis from 0 whose end is `highest` itself, with round ticks below it: what lies at the end is the top of the plot.
    init(endingAt highest: Double) {
        let round = Axis(covering: 0, highest)
        lower = 0
        upper = highest
        ticks = round.ticks.filter { (0...highest).contains($0) }
        digits = round.digits
        style = .number
    }

    /// Where `value` lies between the ends, 0 to 1; values outside are put on the nearer end.
    func fraction(_ value: Double) -> Double {
        guard value.isFinite else { return 0 }
        return min(1, max(0, (value - lower) / (upper - lower)))
    }

    /// A tick's label.
    func label(_ tick: Double) -> String {
        switch style {
        case .number: NumberFormat.fixed(tick, digits)
        case .tokens: tick == 0 ? "0" : NumberFormat.tokens(tick)
        case .percent: NumberFormat.percent(tick, digits)
        case .powerOfTen: NumberFormat.powerOfTenText(Int(tick.rounded()))
        }
    }
}
