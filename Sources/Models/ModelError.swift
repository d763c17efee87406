import Diagnostics

/// What a source can refuse about the rows it is given.
public enum ModelError: DiagnosedError, Equatable {
    /// A token id that the model's vocabulary does not have.
    case tokenOutsideVocabulary(model: String, row: Int, position: Int, token: Int, vocabulary: Int)
    /// Rows that are longer than the model's position embedding.
    case contextTooLong(model: String, context: Int, positions: Int)
    /// Rows without a token.
    case emptyContext(model: String)
    /// A layer that the model does not have, or that was not loaded.
    case layerNotLoaded(model: String, layer: Int, loaded: Int)

    public var message: String {
        switch self {
        case .tokenOutsideVocabulary(let model, let row, let position, let token, let vocabulary):
            "model \(model): row \(row) of the corpus has token id \(token) at position \(position), the vocabulary ends at \(vocabulary - 1)"
        case .contextTooLong(let model, let context, let positions):
            "model \(model): rows of \(context) tokens are longer than its \(positions) positions"
        case .emptyContext(let model): "model \(model): rows of 0 tokens have no activations"
        case .layerNotLoaded(let model, let layer, let loaded):
            "model \(model): layer \(layer) is asked for, layers 0 to \(loaded - 1) are loaded"
        }
    }

    public var remedy: String {
        switch self {
        case .tokenOutsideVocabulary: "tokenise the corpus with the tokenizer of this model"
        case .contextTooLong, .emptyContext: "choose a context from 1 to the model's number of positions"
        case .layerNotLoaded: "load the model through the highest layer that is wanted"
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .tokenOutsideVocabulary: .dataError
        case .contextTooLong, .emptyContext: .configuration
        case .layerNotLoaded: .software
        }
    }
}
