import Statistics

/// A pass that measures how a model predicts the tokens of a row: as it is, and under conditions.
public protocol PredictionPass: Sendable {
    /// What one thread writes to.
    associatedtype Workspace
    /// What is measured at a position.
    associatedtype Measures: NamedMeasures
    /// What is changed.
    associatedtype Condition

    /// What is changed, condition by condition.
    var conditions: [Condition] { get }

    /// Scratch memory of one thread, for rows of at most `context` tokens.
    ///
    /// - Throws: `ModelError.contextTooLong`, `.emptyContext`.
    func makeWorkspace(context: Int) throws -> Workspace

    /// Measures the predictions of a row.
    ///
    /// - Parameters:
    ///   - row: its tokens.
    ///   - positions: those whose next token is predicted; within 0..<tokens − 1.
    ///   - workspace: one of this pass's that no other thread uses meanwhile.
    ///   - deliver: called for each condition and position: 0 is the unmodified run, i + 1 is `conditions[i]`; of one condition positions
    ///     rise. It may throw to stop.
    /// - Throws: `ModelError` for tokens outside a vocabulary and rows that are too long; what `deliver` throws.
    func measure(
        _ row: TokenRow, at positions: Range<Int>, workspace: Workspace,
        deliver: (_ condition: Int, _ position: Int, _ measures: Measures) throws -> Void
    ) throws
}

extension InterventionPass: PredictionPass {}
extension SubstitutionPass: PredictionPass {}
