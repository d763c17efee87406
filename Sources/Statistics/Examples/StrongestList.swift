/// What is strongest of every column of one group, in a fixed order that decides ties: lists merge to the same bits in whatever order.
public protocol StrongestList: Sendable {
    /// Keeps the strongest of both.
    ///
    /// - Precondition: Both are of one group, and as long.
    mutating func merge(_ other: Self)
}
