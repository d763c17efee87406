import Diagnostics

/// What a source can refuse about the rows it is given, and the feature bank about what it is made from.
public enum ModelError: DiagnosedError, Equatable {
    /// A token id that the model's vocabulary does not have.
    case tokenOutsideVocabulary(model: String, row: Int, position: Int, token: Int, vocabulary: Int)
    /// Rows that are longer than the model's position embedding.
    case contextTooLong(model: String, context: Int, positions: Int)
    /// Rows without a token.
    case emptyContext(model: String)
    /// A layer that the model does not have, or that was not loaded.
    case layerNotLoaded(model: String, layer: Int, loaded: Int)
    /// A model without a matrix that turns the residual stream into logits, where predictions are asked for.
    case noUnembedding(model: String)
    /// A neuron that the model does not have.
    case noSuchNeuron(model: String, layer: Int, neuron: Int, layers: Int, width: Int)
    /// A token id that the feature bank's table does not have.
    case tokenOutsideFeatures(row: Int, position: Int, token: Int, vocabulary: Int)
    /// A row that is longer than those the feature bank was made for.
    case rowLongerThanFeatures(row: Int, tokens: Int, context: Int)
    /// A row of a domain that the feature bank does not have.
    case domainOutsideFeatures(row: Int, domain: Int, domains: Int)
    /// A row without a label for each token, where the feature bank has labels.
    case rowWithoutLabels(row: Int)
    /// A combination of labels that the feature bank's table does not have.
    case labelOutsideFeatures(row: Int, position: Int, label: Int, combinations: Int)
    /// A reference model with fewer embeddings than the tokenizer has tokens.
    case fewerEmbeddingsThanTokens(embeddings: Int, tokens: Int)
    /// A neuron or a head that the model does not have, or a head that reads nothing of what the neuron writes.
    case noSuchPath(model: String, NeuronHead, layers: Int, neurons: Int, heads: Int)

    public var message: String {
        switch self {
        case .tokenOutsideVocabulary(let model, let row, let position, let token, let vocabulary):
            "model \(model): row \(row) of the corpus has token id \(token) at position \(position), the vocabulary ends at \(vocabulary - 1)"
        case .contextTooLong(let model, let context, let positions):
            "model \(model): rows of \(context) tokens are longer than its \(positions) positions"
        case .emptyContext(let model): "model \(model): rows of 0 tokens have no activations"
        case .layerNotLoaded(let model, let layer, let loaded):
            "model \(model): layer \(layer) is asked for, layers 0 to \(loaded - 1) are loaded"
        case .noUnembedding(let model): "model \(model) has no unembedding, and so predicts no tokens: its checkpoint has the body alone"
        case .noSuchNeuron(let model, let layer, let neuron, let layers, let width):
            "model \(model) has no neuron \(layer).\(neuron): it has layers 0 to \(layers - 1) of \(width) neurons"
        case .tokenOutsideFeatures(let row, let position, let token, let vocabulary):
            "row \(row) of the corpus has token id \(token) at position \(position), the features are those of \(vocabulary) tokens"
        case .rowLongerThanFeatures(let row, let tokens, let context):
            "row \(row) of the corpus has \(tokens) tokens, the features were planned for rows of \(context)"
        case .domainOutsideFeatures(let row, let domain, let domains):
            "row \(row) of the corpus is of domain \(domain), the features were planned for \(domains) domains"
        case .rowWithoutLabels(let row): "row \(row) of the corpus has no labels, the features were planned with some"
        case .labelOutsideFeatures(let row, let position, let label, let combinations):
            "row \(row) of the corpus has combination \(label) of labels at position \(position), the features are those of \(combinations)"
        case .fewerEmbeddingsThanTokens(let embeddings, let tokens):
            "the reference model has \(embeddings) embeddings, the tokenizer has \(tokens) tokens"
        case .noSuchPath(let model, let pair, let layers, let neurons, let heads):
            "model \(model): there is no path from neuron \(pair.layer).\(pair.neuron) to head \(pair.headLayer).\(pair.head): it has layers 0 to "
                + "\(layers - 1) of \(neurons) neurons and \(heads) heads, and a head reads neurons of earlier layers"
        }
    }

    public var remedy: String {
        switch self {
        case .tokenOutsideVocabulary: "tokenise the corpus with the tokenizer of this model"
        case .contextTooLong, .emptyContext: "choose a context from 1 to the model's number of positions"
        case .layerNotLoaded: "load the model through the highest layer that is wanted"
        case .noUnembedding: "use a checkpoint that was saved with its head (`lm_head.weight`, `embed_out.weight`)"
        case .noSuchNeuron: "give numbers in that range"
        case .tokenOutsideFeatures, .rowLongerThanFeatures, .domainOutsideFeatures: "use the corpus and the tokenizer of the plan"
        case .rowWithoutLabels, .labelOutsideFeatures: "use the labels of the plan"
        case .noSuchPath: "name a neuron and a head of a later layer, both numbers of this model"
        case .fewerEmbeddingsThanTokens: "use the tokenizer that the models were trained with"
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .noSuchNeuron: .usage
        case .tokenOutsideVocabulary, .noUnembedding, .tokenOutsideFeatures, .rowLongerThanFeatures, .domainOutsideFeatures,
            .rowWithoutLabels, .labelOutsideFeatures, .fewerEmbeddingsThanTokens:
            .dataError
        case .contextTooLong, .emptyContext: .configuration
        case .layerNotLoaded: .software
        case .noSuchPath: .usage
        }
    }
}
