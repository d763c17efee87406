/// How fast operations were, beside bare SGEMM on the same threads.
struct OperationSpeed: CustomStringConvertible {
    let operations, seconds: Double
    /// The speed of bare SGEMM, in GFLOP/s.
    let bare: Double

    var description: String {
        let speed = operations / seconds / 1e9
        return "\(Int(speed.rounded())) GFLOP/s, \((speed / bare).rounded(to: 2)) of bare SGEMM"
    }
}
