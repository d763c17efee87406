/// The best figure of each neuron of a panel so far; of equal ones the first.
struct Extremes {
    private let values: Scratch<Float>
    private let places: Scratch<Int32>

    /// - Parameter value: what a figure must surpass.
    init(_ count: Int, from value: Float) {
        values = Scratch(count, repeating: value)
        places = Scratch(count, repeating: -1)
    }

    /// What was found.
    var partners: BestPartners { BestPartners(values: values.array, partners: places.array) }

    /// Takes the largest number of a run that begins at place `start`.
    func takeHighest(_ run: UnsafePointer<Float>, count: Int, start: Int, neuron: Int) {
        var (best, place) = (values.pointer[neuron], -1)
        for index in 0..<count where run[index] > best { (best, place) = (run[index], index) }
        keep(best, at: place, start: start, neuron: neuron)
    }

    /// Takes the smallest one.
    func takeLowest(_ run: UnsafePointer<Float>, count: Int, start: Int, neuron: Int) {
        var (best, place) = (values.pointer[neuron], -1)
        for index in 0..<count where run[index] < best { (best, place) = (run[index], index) }
        keep(best, at: place, start: start, neuron: neuron)
    }

    /// Takes the largest products of two runs: where both numbers are negative into `negative`, where both are positive into `positive`.
    static func takeProducts(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int, start: Int, neuron: Int, _ negative: Extremes,
        _ positive: Extremes
    ) {
        var (below, belowPlace) = (negative.values.pointer[neuron], -1)
        var (above, abovePlace) = (positive.values.pointer[neuron], -1)
        for index in 0..<count {
            let product = x[index] * y[index]
            if product > min(below, above) {
                if x[index] < 0 {
                    if product > below { (below, belowPlace) = (product, index) }
                } else if product > above {
                    (above, abovePlace) = (product, index)
                }
            }
        }
        negative.keep(below, at: belowPlace, start: start, neuron: neuron)
        positive.keep(above, at: abovePlace, start: start, neuron: neuron)
    }

    private func keep(_ value: Float, at place: Int, start: Int, neuron: Int) {
        guard place >= 0 else { return }
        values.pointer[neuron] = value
        places.pointer[neuron] = Int32(truncatingIfNeeded: start + place)
    }
}
