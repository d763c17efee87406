import Statistics
import Storage

/// What a finished pilot gives the plan of its run.
public struct Screening: Sendable {
    /// What decides the pilot's numbers: those of the run, but for the candidates.
    let numbers: PlannedNumbers
    /// The provisional means and scales, which are the pilot's.
    let calibration: Calibration
    /// The content hash of the candidates.
    let digest: Digest
    /// The pairs of columns that the run follows.
    let candidates: CandidatePairs
}
