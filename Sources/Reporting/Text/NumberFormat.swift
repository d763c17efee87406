/// Numbers as text, the same everywhere: no locale, a point, commas between thousands, U+2212 as minus, "–" for what is no number.
enum NumberFormat {
    /// `value` with exactly `digits` decimals, 15 at most.
    static func fixed(_ value: Double, _ digits: Int, grouped isGrouped: Bool = true) -> String {
        let digits = min(max(0, digits), 15)
        let power = powerOfTen(digits)
        let scaled = (abs(value) * power).rounded(.toNearestOrEven)
        // Beyond 2^53 a Double has no such decimals any more; nothing in a report comes near.
        guard value.isFinite, scaled < 9e15 else { return value.isFinite ? "\(value)" : "–" }
        let integer = Int(scaled)
        let unit = Int(power)
        let whole = isGrouped ? grouped(integer / unit) : String(integer / unit)
        let sign = value < 0 && integer != 0 ? "−" : ""
        guard digits > 0 else { return sign + whole }
        let fraction = String(integer % unit)
        return "\(sign)\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    /// A number that JavaScript reads; empty where there is none.
    static func sortable(_ value: Double) -> String {
        value.isFinite ? fixed(value, 6, grouped: false).replacing("−", with: "-") : ""
    }

    /// A whole number with commas between thousands.
    static func integer(_ value: Int) -> String { (value < 0 ? "−" : "") + grouped(Int(value.magnitude)) }

    private static func grouped(_ value: Int) -> String {
        let digits = Array(String(value))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A share as per cent, for instance "4.159 %".
    static func percent(_ share: Double, _ digits: Int) -> String {
        share.isFinite ? "\(fixed(share * 100, digits))\u{202F}%" : "–"
    }

    /// Decimals that show an error with two significant figures, at most `limit`.
    static func digits(forError error: Double, limit: Int = 6) -> Int {
        guard error.isFinite, error > 0 else { return min(2, limit) }
        var digits = 0
        while digits < limit, error * powerOfTen(digits) < 9.95 { digits += 1 }
        return digits
    }

    /// A token count as short as it can be said with three figures: "380k", "1.5M", "100M".
    static func tokens(_ count: Double) -> String {
        guard count.isFinite else { return "–" }
        for (unit, name) in [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")] where count >= unit * 0.9995 {
            let scaled = count / unit
            let digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0
            var text = fixed(scaled, digits)
            while text.contains("."), text.hasSuffix("0") || text.hasSuffix(".") { text.removeLast() }
            return text + name
        }
        return fixed(count, 0)
    }

    /// Three figures, and all of those before the point: "4,297", "31.1", "0.0312".
    static func significant(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return fixed(value, 0) }
        guard abs(value) >= 9.995e-4 else { return scientific(value) }
        var digits = 2
        while digits > 0, abs(value) >= powerOfTen(3 - digits) * (1 - 0.5e-3) { digits -= 1 }
        while digits < 5, abs(value) < powerOfTen(2 - digits) * (1 - 0.5e-3) { digits += 1 }
        return fixed(value, digits)
    }

    /// "4.3 · 10⁻⁶".
    static func scientific(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        guard value != 0 else { return "0" }
        var exponent = 0
        var mantissa = abs(value)
        while mantissa >= 9.95 {
            mantissa /= 10
            exponent += 1
        }
        while mantissa < 0.995 {
            mantissa *= 10
            exponent -= 1
        }
        return "\(value < 0 ? "−" : "")\(fixed(mantissa, 1))\u{202F}·\u{202F}\(powerOfTenText(exponent))"
    }

    /// "10⁻⁶".
    static func powerOfTenText(_ exponent: Int) -> String {
        let superscripts: [Character: String] = [
            "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
        ]
        return "10" + String(exponent).map { superscripts[$0] ?? String($0) }.joined()
    }

    /// A figure with its error, two figures of which are shown: "0.0123 ± 0.0045"; three figures where there is no error.
    static func measured(_ figure: ReportedFigure) -> String {
        guard let error = figure.standardError, error > 0, error.isFinite else { return significant(figure.value) }
        let digits = digits(forError: error)
        return "\(fixed(figure.value, digits)) ± \(fixed(error, digits))"
    }

    /// A coordinate of an SVG: two decimals at most, an ASCII minus.
    static func coordinate(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let hundredths = Int((value * 100).rounded(.toNearestOrEven))
        let whole = hundredths.magnitude / 100
        let rest = hundredths.magnitude % 100
        let sign = hundredths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// 10^exponent for the exponents that formatting needs, by multiplication: the same on every machine.
    static func powerOfTen(_ exponent: Int) -> Double {
        var power = 1.0
        for _ in 0..<exponent.magnitude { power *= 10 }
        return exponent < 0 ? 1 / power : power
    }
}
