/// The finite ones of some numbers in rising order, for quantiles.
struct SortedFigures: Sendable {
    private let values: [Double]

    /// Sorts numbers; what is not finite is left out.
    init(_ values: [Double]) { self.values = values.filter(\.isFinite).sorted() }

    /// The number below which a share lies, linear between neighbours as numpy's default is; NaN of no numbers.
    ///
    /// - Parameter share: from 0 to 1.
    func quantile(_ share: Double) -> Double {
        guard let last = values.indices.last else { return .nan }
        let place = min(max(0, share), 1) * Double(last)
        let below = Int(place)
        guard below < last else { return values[last] }
        return values[below] + (place - Double(below)) * (values[below + 1] - values[below])
    }
}
