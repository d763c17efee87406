import CKernels
import Kernels
import Statistics

/// A source that costs nothing: post-GELU values made beforehand, so that what is measured is the statistics alone.
final class SyntheticActivations: ActivationSource {
    let id: String
    let columnGroups: [ColumnGroup]
    let isBinary = false
    /// `[variants, context, columns]` for each layer; a row of the corpus takes variant `index % variants`.
    let values: [FloatBuffer]
    let context: Int
    let variants: Int

    /// - Parameters:
    ///   - columns: neurons a layer.
    ///   - variants: different rows; as many as fill a chunk.
    init(id: String, layers: Int, columns: Int, context: Int, variants: Int, seed: UInt64, team: ThreadTeam) throws {
        self.id = id
        self.context = context
        self.variants = variants
        columnGroups = (0..<layers).map { ColumnGroup(source: id, layer: $0, columns: columns) }
        let rows = variants * context
        let values = (0..<layers).map { _ in FloatBuffer(count: rows * columns) }
        let bias = [Float](repeating: -0.5, count: columns)
        try team.forEach(layers * variants) { item, _ in
            var numbers = SeededFloats(seed: seed &+ UInt64(item) &* 0x1_0000_0001)
            let part = values[item / variants].pointer + item % variants * context * columns
            for index in 0..<context * columns { part[index] = numbers.nextNormal() }
            un_bias_gelu_tanh(part, bias, part, context, columns)
        }
        self.values = values
    }

    /// The raw activations of one token of a row: `[columns]`.
    func token(_ position: Int, ofRow row: Int, layer: Int) -> UnsafePointer<Float> {
        let columns = columnGroups[layer].columns
        return UnsafePointer(values[layer].pointer + ((row % variants) * context + position) * columns)
    }

    func makeWorkspace(context: Int) throws -> ActivationWorkspace { ActivationWorkspace() }

    func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        for index in 0...layer { try deliver(index, token(0, ofRow: row.index, layer: index)) }
    }
}
