import Storage
import SystemPackage

/// The files of a run.
public struct RunFolder: Sendable, Hashable {
    /// The run's folder.
    public let path: FilePath

    public init(_ path: FilePath) { self.path = path }

    /// What will be computed.
    public var plan: FilePath { path.appending("plan.json") }
    /// Provisional means and scales.
    public var calibration: FilePath { path.appending("calibration.npz") }
    /// The feature bank: which token has which feature.
    public var features: FilePath { path.appending("features.npz") }
    /// The packed rows of tokens.
    public var corpus: FilePath { path.appending("corpus") }
    /// The rows of a configuration whose corpus may not be the run's: only compared, then removed.
    var otherCorpus: FilePath { path.appending("corpus.other") }
    /// The exact statistics.
    public var store: FilePath { path.appending("store") }
    /// The correlation matrices.
    public var correlations: FilePath { path.appending("correlations.zarr") }
    /// One row for each neuron of the reference.
    public var neurons: FilePath { path.appending("neurons.csv") }
    /// Summaries of each pair, both directions.
    public var pairs: FilePath { path.appending("pairs") }
    /// The headline figures.
    public var summary: FilePath { path.appending("summary.json") }
    /// The same for people.
    public var report: FilePath { path.appending("report.html") }

    /// Whether the folder holds a plan.
    public var hasPlan: Bool { Folder.holdsFile(plan) }
}
