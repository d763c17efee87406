/// Memory that threads write different rows of.
struct SharedScores: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
}
