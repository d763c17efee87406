import Analysis

/// Where some neurons stand within their layers by several figures, and where all the others do.
public struct ReportedContrasts: Codable, Sendable, Equatable {
    /// Whether the neurons are the universal ones; else they are those of highest excess, because too few are universal.
    public var areUniversal: Bool
    /// A contrast for each figure.
    public var figures: [PercentileContrast]

    /// Contrasts of one set of neurons with the others.
    public init(areUniversal: Bool, figures: [PercentileContrast]) {
        self.areUniversal = areUniversal
        self.figures = figures
    }
}
