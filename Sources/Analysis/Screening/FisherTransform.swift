/// Fisher's z of a correlation: ½ ln((1 + ρ) / (1 − ρ)), whose sampling error hardly depends on ρ. The same bits on every machine.
enum FisherTransform {
    /// Beyond this a correlation of finitely many tokens says no more; z stays finite.
    private static let largest = 0.999_999

    static func z(_ correlation: Double) -> Double {
        let bounded = min(max(correlation, -largest), largest)
        return 0.5 * NormalDeviates.logarithm((1 + bounded) / (1 - bounded))
    }

    /// The number that a standard normal one stays below with some probability, from a half to below 1: rational approximation 26.2.23 of
    /// Abramowitz and Stegun, off by less than 4.5·10⁻⁴.
    static func normalQuantile(_ probability: Double) -> Double {
        let t = (-2 * NormalDeviates.logarithm(1 - probability)).squareRoot()
        return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t)
    }
}
