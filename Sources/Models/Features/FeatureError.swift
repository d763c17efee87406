import Diagnostics

/// What can go wrong with the feature bank.
public enum FeatureError: DiagnosedError, Hashable {
    /// A row has a token that the bank's table does not have.
    case unknownToken(row: Int, position: Int, token: Int, vocabularySize: Int)
    /// A row is longer than those the bank was made for.
    case rowTooLong(row: Int, tokens: Int, context: Int)
    /// A row is of a domain that the bank does not have.
    case unknownDomain(row: Int, domain: Int, domains: Int)
    /// The reference model has fewer embeddings than the tokenizer has tokens.
    case tooFewNorms(norms: Int, vocabularySize: Int)

    public var message: String {
        switch self {
        case .unknownToken(let row, let position, let token, let vocabularySize):
            "row \(row) has token \(token) at position \(position), but the features are those of a vocabulary of \(vocabularySize) tokens"
        case .rowTooLong(let row, let tokens, let context):
            "row \(row) has \(tokens) tokens, but the features were planned for rows of \(context)"
        case .unknownDomain(let row, let domain, let domains):
            "row \(row) is of domain \(domain), but the features were planned for \(domains) domains"
        case .tooFewNorms(let norms, let vocabularySize):
            "the reference model has \(norms) embeddings, but the tokenizer has \(vocabularySize) tokens"
        }
    }

    public var remedy: String {
        switch self {
        case .unknownToken, .rowTooLong, .unknownDomain: "plan again with this corpus and its tokenizer, or use those of the plan"
        case .tooFewNorms: "use the tokenizer that the models were trained with"
        }
    }

    public var exitStatus: ExitStatus { .dataError }
}
