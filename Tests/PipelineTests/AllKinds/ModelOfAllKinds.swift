import Analysis
import Foundation
import SmallRuns
import SystemPackage

/// A GPT-2 of small random weights into which one neuron of every kind was built by hand, over the demo's vocabulary.
///
/// Of the numbers of its residual stream the first forty are the tokens' own: random neurons read and write these, and nothing else. The
/// others are set apart in pairs, each a ``Direction``, and in waves that tell the position.
struct ModelOfAllKinds {
    static let layers = 4, width = 80, heads = 4, mlp = 32, context = 128
    private static let headWidth = width / heads, ordinary = 40

    /// What the pairs mean; the two numbers of each are opposite, so that no norm changes the mean.
    enum Direction: Int {
        /// The token is of the set of that name, and has nothing that is its own.
        case underscore = 40
        case comma = 42
        /// Up for tokens that begin with a blank, down for all others.
        case blank = 44
        /// The logarithm of the token's frequency.
        case frequency = 46
        case the = 48
        case x = 50
        case z = 52
        /// The token before is z, as a head of the first layer tells.
        case previousZ = 54
        /// No token has it: the unembedding does not see it.
        case unseen = 56
        /// Up in the first half of a row, down in the second one.
        case firstHalf = 58
        /// A head of the last layer asks for the beginning of the row where it is up.
        case question = 60
        /// The token that rows begin with.
        case beginning = 62
    }

    /// A neuron that reads a direction and nothing else.
    static let readers: [(place: NeuronPlace, direction: Direction, bias: Float)] = [
        (NeuronPlace(layer: 0, neuron: 3), .the, -4), (NeuronPlace(layer: 0, neuron: 14), .x, -4),
        (NeuronPlace(layer: 0, neuron: 21), .firstHalf, 0), (NeuronPlace(layer: 1, neuron: 6), .previousZ, -4),
    ]
    static let partition = NeuronPlace(layer: 1, neuron: 11), prediction = NeuronPlace(layer: 2, neuron: 9)
    static let suppression = NeuronPlace(layer: 3, neuron: 17), frequency = NeuronPlace(layer: 3, neuron: 5)
    static let entropy = NeuronPlace(layer: 3, neuron: 25), attentionSwitch = NeuronPlace(layer: 1, neuron: 20)
    /// The head that the switch switches.
    static let switched = (layer: 3, head: 1)
    /// A neuron that writes a direction beside what is its own.
    private static let writers: [(place: NeuronPlace, direction: Direction, weight: Float)] = [
        (partition, .blank, 1), (prediction, .underscore, 1), (suppression, .comma, -1), (frequency, .frequency, 1.5),
        (entropy, .unseen, 6), (attentionSwitch, .question, 1.5),
    ]
    /// Behind the pairs: for each number of periods in a row a pair of the wave's cosine and one of its sine. What two positions have of them has
    /// a product that depends on their distance alone, and is largest at none.
    private static let waves = 64, periods = [1, 5, 13, 29]

    let text: TextOfAllKinds
    let seed: UInt64
    /// By how many places the neurons of each layer are moved, the last ones to the beginning: what the model does stays the same.
    var shift = 0

    /// Writes it as a Hugging Face folder.
    func write(to folder: FilePath) throws {
        try TinyModel(
            .gpt2, layers: Self.layers, width: Self.width, heads: Self.heads, mlp: Self.mlp, vocabulary: TextOfAllKinds.vocabulary,
            positions: Self.context, seed: seed, change: plant
        ).write(to: folder)
    }

    /// Gives a vector one value along a pair.
    ///
    /// - Parameter place: of the vector's number d in the tensor.
    private static func set(_ first: Int, to value: Float, in values: inout [Float], at place: (_ d: Int) -> Int) {
        values[place(first)] = value
        values[place(first + 1)] = -value
    }

    /// Where a neuron stands after the shift.
    func place(of neuron: NeuronPlace) -> NeuronPlace { NeuronPlace(layer: neuron.layer, neuron: (neuron.neuron + shift) % Self.mlp) }

    /// Moves the neurons of a layer.
    private func move(_ name: String, _ values: inout [Float]) {
        let (width, mlp) = (Self.width, Self.mlp)
        // Numbers of a neuron that follow each other: its input weights are a column, its output weights a row.
        let run: Int
        switch name {
        case "mlp.c_fc.weight", "mlp.c_fc.bias": run = 1
        case "mlp.c_proj.weight": run = width
        default: return
        }
        let old = values
        for place in old.indices {
            let neuron = place / run % mlp
            values[place + ((neuron + shift) % mlp - neuron) * run] = old[place]
        }
    }

    private func plant(_ name: String, _ values: inout [Float]) {
        let parts = name.split(separator: ".")
        switch name {
        case "wte.weight": embed(&values)
        case "wpe.weight": placePositions(&values)
        // Logits are small: no token is predicted with certainty.
        case "ln_f.weight", "ln_f.bias": for place in values.indices { values[place] *= 0.1 }
        default:
            guard parts[0] == "h", let layer = Int(parts[1]) else { return }
            plant(parts[2...].joined(separator: "."), ofLayer: layer, &values)
            move(parts[2...].joined(separator: "."), &values)
        }
    }

    private func embed(_ values: inout [Float]) {
        for token in 0..<TextOfAllKinds.vocabulary {
            let row = token * Self.width
            let set = text.direction(of: token)
            for d in 0..<Self.width { values[row + d] *= d < Self.ordinary && set == nil ? 2 : 0 }
            if let set {
                Self.set(set.rawValue, to: 3, in: &values) { row + $0 }
            } else {
                Self.set(Direction.blank.rawValue, to: text.beginsWithBlank.contains(token) ? 2 : -2, in: &values) { row + $0 }
            }
            Self.set(Direction.frequency.rawValue, to: 0.75 * text.logarithms[token], in: &values) { row + $0 }
        }
    }

    private func placePositions(_ values: inout [Float]) {
        for place in values.indices { values[place] = 0 }
        for position in 0..<Self.context {
            let row = position * Self.width
            Self.set(Direction.firstHalf.rawValue, to: position < Self.context / 2 ? 1 : -1, in: &values) { row + $0 }
            for (wave, period) in Self.periods.enumerated() {
                let angle = Self.angle(period) * Float(position)
                Self.set(Self.waves + 4 * wave, to: cos(angle), in: &values) { row + $0 }
                Self.set(Self.waves + 4 * wave + 2, to: sin(angle), in: &values) { row + $0 }
            }
        }
    }

    /// By which a wave goes on from one position to the next.
    private static func angle(_ period: Int) -> Float { 2 * .pi * Float(period) / Float(context) }

    private func plant(_ name: String, ofLayer layer: Int, _ values: inout [Float]) {
        let (width, mlp) = (Self.width, Self.mlp)
        switch name {
        case "attn.c_attn.weight":
            for place in values.indices {
                let (d, column) = (place / (3 * width), place % (3 * width))
                // Attention is nearly even, and what is set apart goes nowhere.
                values[place] *= column < 2 * width ? 0.3 : d < Self.ordinary ? 1 : 0
            }
            if layer == 0 { lookBack(&values) }
            if layer == Self.switched.layer { attendToBeginning(&values) }
        case "attn.c_attn.bias":
            if layer == 0 { for part in 0..<3 { clear(head: 0, part, rows: 1, &values) } }
            if layer == Self.switched.layer { for part in 0..<2 { clear(head: Self.switched.head, part, rows: 1, &values) } }
        case "attn.c_proj.weight":
            for place in values.indices {
                let isPlanted = layer == 0 && place / width < Self.headWidth
                values[place] *= place % width < Self.ordinary && !isPlanted ? 0.3 : 0
            }
            if layer == 0 { Self.set(Direction.previousZ.rawValue, to: 0.5, in: &values) { $0 } }
        case "attn.c_proj.bias", "mlp.c_proj.bias": for d in Self.ordinary..<width { values[d] = 0 }
        case "mlp.c_fc.weight":
            for d in Self.ordinary..<width { for neuron in 0..<mlp { values[d * mlp + neuron] = 0 } }
            for reader in Self.readers where reader.place.layer == layer {
                for d in 0..<width { values[d * mlp + reader.place.neuron] = 0 }
                Self.set(reader.direction.rawValue, to: 1, in: &values) { $0 * mlp + reader.place.neuron }
            }
        case "mlp.c_fc.bias":
            for reader in Self.readers where reader.place.layer == layer { values[reader.place.neuron] = reader.bias }
        case "mlp.c_proj.weight":
            for place in values.indices { values[place] *= place % width < Self.ordinary ? 0.2 : 0 }
            for reader in Self.readers where reader.place.layer == layer {
                // What it reads hardly reaches the neurons behind it.
                for d in 0..<width { values[reader.place.neuron * width + d] *= 0.1 }
            }
            for writer in Self.writers where writer.place.layer == layer {
                Self.set(writer.direction.rawValue, to: writer.weight, in: &values) { writer.place.neuron * width + $0 }
            }
        default: break
        }
    }

    /// The first head of the first layer attends to the token before: its queries are the waves of one position less. It tells whether that is z.
    private func lookBack(_ values: inout [Float]) {
        for part in 0..<3 { clear(head: 0, part, rows: Self.width, &values) }
        for (wave, period) in Self.periods.enumerated() {
            let (cosine, sine) = (Self.waves + 4 * wave, Self.waves + 4 * wave + 2)
            let (c, s) = (2 * cos(Self.angle(period)), 2 * sin(Self.angle(period)))
            for (number, first, weight) in [(0, cosine, c), (0, sine, s), (1, sine, c), (1, cosine, -s)] {
                Self.set(first, to: weight, in: &values) { column(2 * wave + number, ofHead: 0, part: 0, row: $0) }
            }
            for (number, first) in [(0, cosine), (1, sine)] {
                Self.set(first, to: 2, in: &values) { column(2 * wave + number, ofHead: 0, part: 1, row: $0) }
            }
        }
        Self.set(Direction.z.rawValue, to: 1, in: &values) { column(0, ofHead: 0, part: 2, row: $0) }
    }

    /// The head that is switched asks by one number for what no token has but the first one of a row.
    private func attendToBeginning(_ values: inout [Float]) {
        for (part, direction) in [Direction.question, .beginning].enumerated() {
            clear(head: Self.switched.head, part, rows: Self.width, &values)
            Self.set(direction.rawValue, to: 0.5, in: &values) { column(0, ofHead: Self.switched.head, part: part, row: $0) }
        }
    }

    /// The place of a head's weight in `[width, 3 · width]`: queries (part 0), keys and values one after the other.
    private func column(_ number: Int, ofHead head: Int, part: Int, row: Int) -> Int {
        (row * 3 + part) * Self.width + head * Self.headWidth + number
    }

    private func clear(head: Int, _ part: Int, rows: Int, _ values: inout [Float]) {
        for row in 0..<rows { for number in 0..<Self.headWidth { values[column(number, ofHead: head, part: part, row: row)] = 0 } }
    }
}
