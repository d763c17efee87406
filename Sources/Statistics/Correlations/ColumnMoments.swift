/// Moments of the columns of one group over the counted tokens, in raw activation units (the provisional calibration is undone).
public struct ColumnMoments: Sendable {
    /// Counted tokens.
    public var tokens: Int
    /// `[columns]`
    public var mean: [Double]
    /// Population variance, `[columns]`.
    public var variance: [Double]
    /// Third standardised moment, `[columns]`; 0 where the variance is.
    public var skewness: [Double]
    /// Fourth standardised moment (3 for a normal), `[columns]`; 0 where the variance is.
    public var kurtosis: [Double]
    /// Share of tokens with a value above 0, `[columns]`.
    public var positiveShare: [Double]

    /// Moments of the same columns over so many tokens.
    public init(
        tokens: Int, mean: [Double], variance: [Double], skewness: [Double], kurtosis: [Double], positiveShare: [Double]
    ) {
        self.tokens = tokens
        self.mean = mean
        self.variance = variance
        self.skewness = skewness
        self.kurtosis = kurtosis
        self.positiveShare = positiveShare
    }
}
