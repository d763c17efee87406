import Diagnostics
import Foundation

/// Amounts of time and work in the units that people would use for them.
enum AmountText {
    /// `12 s`, `45 min`, `42.6 hours`, `192 days`.
    static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: "less than 1 s"
        case ..<100: "\(ProgressMeter.short(seconds)) s"
        case ..<6_000: "\(ProgressMeter.short(seconds / 60)) min"
        case ..<360_000: "\(ProgressMeter.short(seconds / 3_600)) hours"
        default: "\(ProgressMeter.short(seconds / 86_400)) days"
        }
    }

    /// Floating-point operations: `0.31 TFLOP`, `668 TFLOP`, `6.33 PFLOP`, `1.26 EFLOP`.
    static func operations(_ count: Double) -> String {
        let (unit, name) = count >= 9.995e17 ? (1e18, "EFLOP") : count >= 9.995e14 ? (1e15, "PFLOP") : (1e12, "TFLOP")
        return "\(number(count / unit)) \(name)"
    }

    /// `1 partial`, `2 partials`.
    static func count(_ number: Int, _ noun: String) -> String { CountText.of(number, noun) }

    /// A number as a format such as `%+.3f` has it, with the minus of the report in place of a hyphen: `−0.012`.
    static func formatted(_ value: Double, _ format: String) -> String {
        let text = String(format: format, value)
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }

    /// A share in three significant digits: `0 %`, `4.76 %`, `50 %`.
    static func percent(_ share: Double) -> String { "\(number(share * 100)) %" }

    /// Three significant digits, also of what is far below 1: `11.7`, `0.88`, `0.0123`.
    static func number(_ value: Double) -> String {
        // Nine decimals: a billionth of any unit is nothing.
        guard value < 0.0995, value >= 1e-7 else { return ProgressMeter.short(value) }
        return String(format: "%.\(2 - Int(log10(value).rounded(.down)))f", value)
    }
}
