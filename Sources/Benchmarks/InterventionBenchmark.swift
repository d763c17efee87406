import Checkpoints
import Kernels
import Models
import Statistics

/// Changes of neurons of GPT-2 small with what is shared by them, against as many forward passes of their own; and the matrix products that
/// are left, against those of a plain forward pass with logits and at the speed of bare SGEMM.
struct InterventionBenchmark {
    static let shared = "interventions against passes of their own", forward = "interventions at the speed of the forward pass"
    static let products = "interventions against their products"
    private static let unit = "tokens/s"
    /// What each neuron is fixed to.
    private static let values: [Float] = [-0.17, 1, 4]
    private let configuration: BenchmarkConfiguration
    private let model: RandomModel
    private let context: Int

    /// GPT-2 small's sizes, or with `quick` fewer layers and tokens; tests have their own.
    init(_ configuration: BenchmarkConfiguration, model: RandomModel? = nil, context: Int? = nil) {
        self.configuration = configuration
        self.model =
            model
            ?? RandomModel(
                layers: configuration.size(quick: 4, full: 12), vocabularySize: configuration.size(quick: 8_192, full: 50_257))
        self.context = context ?? configuration.size(quick: 128, full: 256)
    }

    /// A neuron of every third layer, and of the last one.
    private var conditions: [InterventionCondition] {
        let layers = stride(from: 0, to: model.layers - 1, by: 3) + [model.layers - 1]
        return layers.flatMap { layer in
            Self.values.map { InterventionCondition(layer: layer, neuron: 7 + layer, Intervention(.fixed, value: $0)) }
        }
    }

    func lines() throws -> [BenchmarkLine] {
        let folder = try ScratchFolder()
        try model.write(to: folder.path)
        let (checkpoint, team) = (try ModelFolder(folder.path), configuration.team)
        let body = try TransformerModel(id: "bench", folder: checkpoint, team: team)
        let unembedding = try Unembedding(of: body, folder: checkpoint, team: team)
        let conditions = conditions
        let pass = try InterventionPass(unembedding, conditions: conditions, team: team)
        let plain = try InterventionPass(unembedding, conditions: [])
        let passes = Double(1 + conditions.count)
        var (losses, bare) = ([Double](), [Double]())
        let times = try PairedTimes.measure(rounds: configuration.size(quick: 2, full: 3)) {
            try PairedTimes.seconds { losses = try self.losses(pass) }
        } theirs: {
            bare.append(try bareSpeed())
            return try passes * PairedTimes.seconds { _ = try self.losses(plain) }
        }
        let tokens = passes * Double(team.count * context)
        let speed = PairedTimes.median(bare)
        let needed = tokens / passes * operations
        let whole = tokens * (Double(model.layers) * blockOperations + headOperations)
        let layers = Set(conditions.map(\.layer)).count
        let note = "\(conditions.count) conditions in \(layers) of \(model.layers) layers, \(team.count) x \(context) tokens"
        let own = BenchmarkLine(
            Self.shared, value: tokens / times.seconds, unit: Self.unit, against: .peer("a pass each", tokens / times.theirSeconds),
            ratio: times.ratio, residual: try residual(losses, unembedding), tolerance: 1e-6, note: note)
        return [
            own,
            BenchmarkLine(
                Self.forward, value: needed / times.seconds / 1e9, unit: "GFLOP/s",
                against: .limit("the pass without changes", whole / times.theirSeconds / 1e9), ratio: needed / whole * times.ratio,
                note: note),
            BenchmarkLine(
                Self.products, value: needed / times.seconds / 1e9, unit: "GFLOP/s", against: .limit("bare SGEMM", speed / 1e9),
                ratio: needed / speed / times.seconds, note: note),
        ]
    }

    /// Operations of matrix products for each token of the text: the whole model once, and for each condition the blocks behind its layer
    /// and, but for the last layer, the unembedding. Attention's own products, which grow with the context, are left out.
    private var operations: Double {
        conditions.reduce(Double(model.layers) * blockOperations + headOperations) { sum, condition in
            let behind = model.layers - 1 - condition.layer
            return sum + Double(behind) * blockOperations + (behind > 0 ? headOperations : 0)
        }
    }

    /// A block's: 3 + 1 matrices of the width for attention, 4 + 4 for the neurons.
    private var blockOperations: Double { 2 * 12 * Double(model.width * model.width) }

    /// The unembedding's.
    private var headOperations: Double { 2 * Double(model.width * model.vocabularySize) }

    /// The sum of the losses of each condition, over a row for each thread.
    private func losses(_ pass: InterventionPass) throws -> [Double] {
        let rows = try configuration.team.map(configuration.team.count) { row, _ in try losses(pass, row: row) }
        return rows[0].indices.map { condition in rows.reduce(0) { $0 + $1[condition] } }
    }

    private func losses(_ pass: InterventionPass, row: Int) throws -> [Double] {
        var numbers = SeededFloats(seed: UInt64(513 + row))
        let tokens = (0..<context).map { _ in Int32(numbers.nextBits() % UInt64(model.vocabularySize)) }
        var sums = [Double](repeating: 0, count: 1 + pass.conditions.count)
        let workspace = try pass.makeWorkspace(context: context)
        try tokens.withUnsafeBufferPointer { tokens in
            try pass.measure(TokenRow(index: row, domain: 0, tokens: tokens), at: 1..<context - 1, workspace: workspace) {
                sums[$0] += $2.loss
            }
        }
        return sums
    }

    /// The largest relative difference of a loss from that of a pass that has this condition alone.
    private func residual(_ losses: [Double], _ unembedding: Unembedding) throws -> Double {
        try stride(from: 0, to: conditions.count, by: 2).reduce(0) { worst, condition in
            let alone = try self.losses(InterventionPass(unembedding, conditions: [conditions[condition]]))
            return max(worst, abs(losses[condition + 1] / alone[1] - 1))
        }
    }

    /// Operations a second of bare products of a row with a block's widest matrix, all threads at once.
    private func bareSpeed() throws -> Double {
        let (rows, width, columns, repeats) = (context, model.width, 4 * model.width, configuration.size(quick: 4, full: 16))
        let (inputs, matrix) = (FloatBuffer(count: rows * width), FloatBuffer(count: width * columns))
        var numbers = SeededFloats(seed: 31)
        for index in 0..<inputs.count { inputs.pointer[index] = numbers.next() }
        for index in 0..<matrix.count { matrix.pointer[index] = numbers.next() }
        let team = configuration.team
        let products = (0..<team.count).map { _ in FloatBuffer(count: rows * columns) }
        let seconds = try PairedTimes.seconds {
            try team.forEach(team.count * repeats) { _, thread in
                Gemm.multiply(
                    rows, columns, width, inputs.pointer, lda: width, matrix.pointer, ldb: columns, into: products[thread].pointer,
                    ldc: columns)
            }
        }
        return 2 * Double(rows * columns * width * team.count * repeats) / seconds
    }
}
