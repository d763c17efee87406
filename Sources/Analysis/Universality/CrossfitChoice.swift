/// For each neuron the partner that one half of the replicates chooses, and what the other half says of it.
struct CrossfitChoice: Equatable, Sendable {
    /// The correlation on the half that chooses; it decides between groups.
    var chosen: [Float]
    /// The partner's index within its model.
    var partner: [Int32]
    /// Its correlation on the other half.
    var read: [Float]

    /// No choices yet.
    init(neurons: Int) {
        chosen = Array(repeating: -.infinity, count: neurons)
        partner = Array(repeating: -1, count: neurons)
        read = Array(repeating: 0, count: neurons)
    }

    init(chosen: [Float], partner: [Int32], read: [Float]) {
        self.chosen = chosen
        self.partner = partner
        self.read = read
    }

    /// Keeps the higher choice of each neuron, of equal ones that with the smaller index.
    mutating func merge(_ other: CrossfitChoice) {
        for i in chosen.indices {
            let isBetter = other.chosen[i] > chosen[i] || (other.chosen[i] == chosen[i] && other.partner[i] < partner[i])
            guard other.partner[i] >= 0, partner[i] < 0 || isBetter else { continue }
            chosen[i] = other.chosen[i]
            partner[i] = other.partner[i]
            read[i] = other.read[i]
        }
    }
}
