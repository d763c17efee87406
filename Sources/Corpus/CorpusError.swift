import Diagnostics

/// What can be wrong with a corpus, a tokenizer or a packed corpus. Files are given as paths that a person can open.
public enum CorpusError: DiagnosedError, Equatable {
    /// The path is neither a file nor a folder that can be read.
    case unreadable(path: String, reason: String)
    /// The file's name says nothing that this program reads.
    case unknownFormat(path: String)
    /// A line is not a JSON object with a string in `text`. `line` counts from 1, `byte` from 0 within the line.
    case brokenJSON(path: String, line: Int, byte: Int, expected: String)
    /// A line (counted from 1), or a whole text file where `line` is nil, is longer than a document may be.
    case documentTooLarge(path: String, line: Int?, limit: Int)
    /// There is nothing to read: no file, no document, or none that is long enough.
    case emptyCorpus(path: String, documents: Int, minimumCharacters: Int)
    /// The array of token ids has no row, or rows of no token.
    case emptyArray(path: String, shape: [Int])
    /// There are documents, but no domain fills a single row.
    case noCompleteRow(path: String, tokens: Int, context: Int)
    /// The array is not [sequences, context] of integers.
    case notTokenRows(path: String, found: String)
    /// The array's rows are longer or shorter than the configured context.
    case otherRowLength(path: String, width: Int, context: Int)
    /// An id in the array is negative or outside the vocabulary.
    case tokenOutsideVocabulary(path: String, row: Int, column: Int, id: Int128, vocabularySize: Int)
    /// An id in an array without a tokenizer is negative, or higher than any vocabulary's.
    case impossibleToken(path: String, row: Int, column: Int, id: Int128)
    /// The domains or their names, beside a `.npy` or within a `.npz`, do not fit the rows.
    case domainsDoNotFit(path: String, reason: String)
    /// The members of lines are named, and there are no lines.
    case fieldsWithoutLines(path: String, kind: String)
    /// A context below 2 leaves no room for text.
    case contextTooShort(context: Int)
    /// The corpus is text, so that a tokenizer is needed.
    case tokenizerNeeded(path: String)
    /// More domains than a packed corpus can number.
    case tooManyDomains(path: String, limit: Int)
    /// A source file changed while it was being read.
    case changedWhileReading(path: String)
    /// A tokenizer file is missing, broken or contradictory. `field` names the place in the file.
    case brokenTokenizer(path: String, field: String, reason: String)
    /// A tokenizer asks for something that would change the tokens and is not implemented.
    case unsupportedTokenizer(path: String, field: String, value: String)
    /// A packed folder lacks a file, or its files contradict each other.
    case brokenPackedCorpus(path: String, reason: String)
    /// A name in the mask is unknown here.
    case unknownMaskToken(name: String, reason: String)
    /// A file of labels lacks an array, or its arrays contradict each other.
    case brokenLabels(path: String, reason: String)
    /// The labels of a row are those of other tokens; it is the first such row.
    case labelsOfOtherRows(path: String, row: Int, domain: String)
    /// There are labels for more or fewer rows than the corpus has, or for longer or shorter ones: both as [rows, context].
    case labelsOfOtherShape(path: String, found: [Int], corpus: [Int])

    public var message: String {
        switch self {
        case .unreadable(let path, let reason): return "\(path) cannot be read: \(reason)"
        case .unknownFormat(let path): return "\(path) has no format that can be read"
        case .brokenJSON(let path, let line, let byte, let expected): return "\(path), line \(line), byte \(byte): expected \(expected)"
        case .documentTooLarge(let path, let line, let limit):
            return "\(path)\(line.map { ", line \($0)," } ?? "") has more than \(limit) bytes, the most that one document may have"
        case .emptyCorpus(let path, let documents, let minimum):
            switch documents {
            case 0: return "\(path) holds no document"
            case 1: return "the only document in \(path) has no more than \(minimum) characters"
            default: return "none of the \(documents) documents in \(path) has more than \(minimum) characters"
            }
        case .emptyArray(let path, let shape): return "\(path) holds no token: its shape is \(shape)"
        case .noCompleteRow(let path, let tokens, let context):
            return "\(path) has \(tokens) tokens, but no domain of it fills one row of \(context)"
        case .notTokenRows(let path, let found): return "\(path) is no array [sequences, context] of integer token ids: it is \(found)"
        case .otherRowLength(let path, let width, let context):
            return "the rows of \(path) have \(width) tokens, the configured context is \(context)"
        case .tokenOutsideVocabulary(let path, let row, let column, let id, let size):
            return "\(path), row \(row), column \(column): token id \(id) is outside the vocabulary of \(size)"
        case .impossibleToken(let path, let row, let column, let id):
            return "\(path), row \(row), column \(column): \(id) is no token id"
        case .domainsDoNotFit(let path, let reason): return "\(path) does not fit its corpus: \(reason)"
        case .fieldsWithoutLines(let path, let kind): return "\(path) is \(kind), of which corpus.text and corpus.domain say nothing"
        case .contextTooShort(let context): return "a context of \(context) leaves no room for text"
        case .tokenizerNeeded(let path): return "\(path) holds text, and there is no tokenizer"
        case .tooManyDomains(let path, let limit): return "\(path) has more than \(limit) domains"
        case .changedWhileReading(let path): return "\(path) changed while it was being read"
        case .brokenTokenizer(let path, let field, let reason): return "\(path): \(field) \(reason)"
        case .unsupportedTokenizer(let path, let field, let value): return "\(path): \(field) is \(value), which is not supported"
        case .brokenPackedCorpus(let path, let reason): return "the packed corpus \(path) is incomplete or damaged: \(reason)"
        case .unknownMaskToken(let name, let reason): return "the mask names \"\(name)\": \(reason)"
        case .brokenLabels(let path, let reason): return "the labels \(path) cannot be used: \(reason)"
        case .labelsOfOtherRows(let path, let row, let domain):
            return "the labels \(path) do not fit the corpus: row \(row), of the domain \(domain.printable(limit: 100)), has other tokens"
        case .labelsOfOtherShape(let path, let found, let corpus):
            return "the labels \(path) are of \(found[0]) rows of \(found[1]) tokens, the corpus has \(corpus[0]) rows of \(corpus[1])"
        }
    }

    public var remedy: String {
        switch self {
        case .unreadable: return "check the path and its permissions"
        case .unknownFormat:
            return
                "give JSON lines (.jsonl, .jsonl.zst, .jsonl.gz), texts (.txt, .txt.zst, .txt.gz), a folder of either, or token ids (.npy, .npz)"
        case .brokenJSON:
            return """
                repair or remove that line: each line is one object {"text": "…", "meta": {"pile_set_name": "…"}}, or has what corpus.text and \
                corpus.domain name
                """
        case .documentTooLarge: return "cut it into several documents, or leave it out"
        case .emptyCorpus: return "check the path, or lower the least number of characters of a document"
        case .emptyArray: return "check how the array was made: it has to be [sequences, context], neither of them 0"
        case .noCompleteRow: return "use more text or a shorter context"
        case .notTokenRows: return "save it as a two-dimensional array of int32, in a .npz as 'tokens'"
        case .otherRowLength: return "leave the context out, since the array brings its own, or cut the array to rows of that length"
        case .tokenOutsideVocabulary: return "check that the array was made with this tokenizer"
        case .impossibleToken: return "give token ids from 0 up, one row for each sequence"
        case .domainsDoNotFit:
            return "give one small non-negative integer, or one text, for each row, and for integers a list with a name for each"
        case .fieldsWithoutLines: return "remove these keys, or give JSON lines"
        case .contextTooShort: return "set it to 2 or more"
        case .tokenizerNeeded: return "name the tokenizer's folder in the configuration"
        case .tooManyDomains: return "group the documents into fewer domains"
        case .changedWhileReading: return "wait until nobody writes to it and start again"
        case .brokenTokenizer: return "download or export the tokenizer again"
        case .unsupportedTokenizer: return "use a byte-level BPE tokenizer of GPT-2's kind without that setting"
        case .brokenPackedCorpus: return "remove the folder and pack the corpus again"
        case .unknownMaskToken: return "use \"bos\", \"newline\" or token ids"
        case .brokenLabels, .labelsOfOtherRows, .labelsOfOtherShape:
            return """
                tag the rows again as this configuration makes them: `universal-neurons tokenize CONFIG --output ROWS`, then \
                `python deploy/tag/tag.py ROWS --tokenizer TOKENIZER --output LABELS`
                """
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .unreadable: return .noInput
        case .contextTooShort, .tokenizerNeeded, .unknownMaskToken, .otherRowLength, .fieldsWithoutLines: return .configuration
        case .changedWhileReading: return .temporaryFailure
        default: return .dataError
        }
    }
}
