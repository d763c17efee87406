import Analysis
import Storage
import SystemPackage

/// What the weights of a layer's neurons do to the tokens of one matrix: a file of `vocabulary/`.
public struct LayerVocabulary: Sendable {
    /// Which of a neuron's weights.
    public enum Side: String, Codable, Sendable {
        /// w_out.
        case output = "out"
        /// w_in.
        case input = "in"
    }

    private let path: FilePath
    private let matrix: WeightAnalysis.Vocabulary
    private let side: Side
    private let moments: [String: [Double]]
    private let highest, lowest: (cosines: [Float], tokens: [Int32])
    private let neurons, tail: Int

    /// Opens a layer's file; nil where there is none.
    ///
    /// - Throws: `StorageError`, also for one with other arrays than it should have.
    public init?(layer: Int, _ matrix: WeightAnalysis.Vocabulary, _ side: Side, in folder: RunFolder) throws {
        path = folder.vocabulary.appending(VocabularyArchive.name(layer: layer, matrix))
        guard Folder.holdsFile(path) else { return nil }
        let archive = try NumpyArchiveReader(path)
        func damaged(_ name: String) -> StorageError { .corrupt(archive.path, offset: nil, problem: "there is no sound array '\(name)'") }
        func array(_ name: String) throws -> NumpyArray {
            guard let array = try archive.array("\(side.rawValue)_\(name)") else { throw damaged("\(side.rawValue)_\(name)") }
            return array
        }
        let shape = try array("top_cos").shape
        guard shape.count == 2 else { throw damaged("\(side.rawValue)_top_cos") }
        (neurons, tail) = (shape[0], shape[1])
        var moments: [String: [Double]] = [:]
        for name in ["mean", "var", "skew", "kurt"] {
            moments[name] = try array(name).values(as: Double.self)
            guard moments[name]?.count == shape[0] else { throw damaged("\(side.rawValue)_\(name)") }
        }
        func end(_ name: String) throws -> (cosines: [Float], tokens: [Int32]) {
            let (cosines, tokens) = (try array("\(name)_cos"), try array("\(name)_token"))
            guard cosines.shape == shape, tokens.shape == shape else { throw damaged("\(side.rawValue)_\(name)_token") }
            return (try cosines.values(as: Float.self), try tokens.values(as: Int32.self))
        }
        self.moments = moments
        (highest, lowest) = (try end("top"), try end("bottom"))
        (self.matrix, self.side) = (matrix, side)
    }

    /// The effect of a neuron; nil for one that the file does not have.
    ///
    /// - Parameters:
    ///   - count: how many tokens at each end.
    ///   - text: of a token; nil for one that is not known.
    public func effect(of neuron: Int, count: Int, text: (Int) -> String?) -> TokenEffect? {
        guard (0..<neurons).contains(neuron) else { return nil }
        func tokens(_ end: (cosines: [Float], tokens: [Int32])) -> [TokenEffect.Token] {
            let places = neuron * tail..<neuron * tail + min(max(0, count), tail)
            return places.filter { end.tokens[$0] >= 0 && end.cosines[$0].isFinite }.map { place in
                TokenEffect.Token(id: Int(end.tokens[place]), text: text(Int(end.tokens[place])), cosine: end.cosines[place])
            }
        }
        func moment(_ name: String) -> Double? { moments[name].flatMap { $0[neuron].isFinite ? $0[neuron] : nil } }
        return TokenEffect(
            weights: side, matrix: matrix.rawValue, mean: moment("mean"), variance: moment("var"), skewness: moment("skew"),
            kurtosis: moment("kurt"), highest: tokens(highest), lowest: tokens(lowest))
    }
}
