/// Merges what the groups of one model say about the reference's neurons beyond the pair's summary: maxima and cross-fitted choices.
struct ReferenceAccumulator {
    /// `[sets, neurons]`
    private(set) var maxima: [Float]
    /// `[matrices, sets, neurons]`
    private(set) var rotatedMaxima: [Float]
    private var crossfit: [CrossfitChoice]
    private var lacksHalf = false
    private let neurons: Int
    private let sets: Int

    init(neurons: Int, sets: Int, matrices: Int) {
        self.neurons = neurons
        self.sets = sets
        maxima = Array(repeating: -.infinity, count: sets * neurons)
        rotatedMaxima = Array(repeating: -.infinity, count: matrices * sets * neurons)
        crossfit = [CrossfitChoice(neurons: neurons), CrossfitChoice(neurons: neurons)]
    }

    /// The bytes that the maxima and choices take for all other models.
    static func bytes(plan: UniversalityPlan) -> Int {
        let sets = plan.design.sets.count
        // Of a cross-fitted choice two correlations and a partner are kept, both ways.
        return plan.others.count * plan.reference.neurons * ((1 + plan.configuration.rotations.matrices) * sets * 4 + 2 * 3 * 4)
    }

    mutating func add(_ part: ReferencePart) {
        for entry in maxima.indices where part.maxima[entry] > maxima[entry] { maxima[entry] = part.maxima[entry] }
        for entry in rotatedMaxima.indices where part.rotatedMaxima[entry] > rotatedMaxima[entry] {
            rotatedMaxima[entry] = part.rotatedMaxima[entry]
        }
        if part.crossfit.count == 2 {
            for way in 0..<2 { crossfit[way].merge(part.crossfit[way]) }
        } else {
            lacksHalf = true
        }
    }

    /// The largest correlation of a neuron over a set.
    func maximum(set: Int, neuron: Int) -> Float { maxima[set * neurons + neuron] }

    /// The largest rotated correlation of a neuron over a set.
    func rotatedMaximum(matrix: Int, set: Int, neuron: Int) -> Float { rotatedMaxima[(matrix * sets + set) * neurons + neuron] }

    /// The cross-fitted correlation of each neuron, averaged over both ways; nil where a half is empty.
    var crossfitted: [Float]? {
        lacksHalf ? nil : (0..<neurons).map { (crossfit[0].read[$0] + crossfit[1].read[$0]) / 2 }
    }
}
