import Analysis
import Storage
import SystemPackage

/// The attention heads of later layers that each neuron of the run's reference would turn most, whether or not that is much:
/// `attention/heads.npz`.
struct StrongestHeads: Sendable {
    /// `[neurons, kept]`: layer · heads + head, -1 for none, and the scores.
    private let strongest: [Int32]
    private let scores: [Float]
    /// Of each head the largest score that there can be, and the scores that one in a thousand random directions stays below or is above.
    private let norms: [Double]
    private let chance: [(low: Double, high: Double)]
    private let heads, kept, neurons: Int
    private let file: String

    /// Opens the file; nil where there is none.
    ///
    /// - Throws: `StorageError`, also for one with other arrays than it should have.
    init?(in folder: RunFolder) throws {
        let path = folder.attentionScores.appending(AttentionArchive.headsName)
        guard Folder.holdsFile(path) else { return nil }
        let archive = try NumpyArchiveReader(path)
        func array(_ name: String, axes: Int) throws -> NumpyArray {
            guard let array = try archive.array(name), array.shape.count == axes else {
                throw StorageError.corrupt(path, offset: nil, problem: "there is no sound array '\(name)'")
            }
            return array
        }
        let (strongest, scores) = (try array("strongest_head", axes: 2), try array("strongest_score", axes: 2))
        let (norms, quantiles) = (try array("norm", axes: 2), try array("null_quantiles", axes: 3))
        let (count, shares) = (norms.shape[0] * norms.shape[1], quantiles.shape[2])
        self.strongest = try strongest.values(as: Int32.self)
        guard strongest.shape == scores.shape, Array(quantiles.shape.prefix(2)) == norms.shape, shares > 0,
            self.strongest.allSatisfy({ $0 < count })
        else { throw StorageError.corrupt(path, offset: nil, problem: "its arrays are of different models") }
        self.scores = try scores.values(as: Float.self)
        self.norms = try norms.values(as: Double.self)
        let values = try quantiles.values(as: Double.self)
        chance = (0..<count).map { (values[$0 * shares], values[($0 + 1) * shares - 1]) }
        (heads, neurons, kept) = (norms.shape[1], strongest.shape[0], strongest.shape[1])
        file = "\(folder.attentionScores.lastComponent?.string ?? "")/\(AttentionArchive.headsName)"
    }

    /// What the file says of a neuron, a row for each head; nil where it has none.
    ///
    /// - Parameter place: the neuron among all of its model.
    func excerpt(of place: Int) -> TableExcerpt? {
        guard (0..<neurons).contains(place) else { return nil }
        let rows = (place * kept..<(place + 1) * kept).filter { strongest[$0] >= 0 && scores[$0].isFinite }.map { entry -> [TableCell] in
            let (head, score) = (Int(strongest[entry]), scores[entry])
            let cosine = norms[head] > 0 ? Float(Double(score) / norms[head]) : nil
            return [
                .integer(head / heads), .integer(head % heads), TableCell(finite: score), TableCell(finite: cosine),
                TableCell(finite: chance[head].low), TableCell(finite: chance[head].high),
            ]
        }
        return rows.isEmpty
            ? nil
            : TableExcerpt(
                table: file, title: "Heads that its weights turn most",
                columns: ["head_layer", "head", "score", "cosine", "null_low", "null_high"], rows: rows)
    }
}
