import Diagnostics
import SystemPackage

/// What can go wrong while statistics are computed, merged, stored or read.
public enum StatisticsError: DiagnosedError, Equatable {
    /// A source produced NaN or an infinity.
    case activationNotFinite(source: String, layer: Int, column: Int, row: Int)
    /// A column is so large that its power sums cannot be kept exactly: what the sum of that power of its standardised activations over one
    /// chunk reaches.
    case columnTooLarge(source: String, layer: Int, column: Int, power: Int, sum: Double)
    /// A sum of products may pass what 64 bits hold.
    case productsTooLarge(block: String, bound: Double)
    /// Sums go over more chunks or tokens than their integers are certain to hold.
    case tooManyChunks(block: String, chunks: Int, tokens: Int)
    /// A file of the store was replaced after it was looked at, by another process that folds.
    case changedMeanwhile(file: FilePath)
    /// A source delivers other columns than the plan expects.
    case sourceMismatch(source: String, expected: Int, found: Int)
    /// A source shows no pre-activations, whose moments the plan asks for.
    case noPreActivations(source: String)
    /// A file does not begin or end as a file of partial sums does.
    case notAPartial(file: FilePath, reason: String)
    /// A file was written by another version of the format.
    case unsupportedVersion(file: FilePath, found: Int, supported: Int)
    /// Stored bytes do not have the checksum that was recorded for them.
    case checksumMismatch(file: FilePath, section: String, offset: Int)
    /// A file contradicts itself or the plan.
    case malformed(file: FilePath, section: String, reason: String)
    /// A file belongs to another plan.
    case otherPlan(file: FilePath, expected: String, found: String)
    /// Two inputs share shards without one holding all of the other.
    case overlap(block: String, shards: [Int])
    /// Two copies of the same shard hold different integers.
    case disagreement(block: String, shard: Int, workers: [String])
    /// The blocks of a store hold different sets of shards.
    case unevenShards(block: String, missing: [Int])

    public var message: String {
        switch self {
        case .activationNotFinite(let source, let layer, let column, let row):
            "model \(source), layer \(layer), neuron \(column) is NaN or infinite in corpus row \(row)"
        case .columnTooLarge(let source, let layer, let column, let power, let sum):
            "model \(source), layer \(layer), neuron \(column) is too large for exact sums (its sum of power \(power) over one chunk reaches "
                + "\(sum), in units of its calibration)"
        case .productsTooLarge(let block, let bound):
            "the products of block \(block) may reach \(bound), which 64-bit integers do not hold"
        case .tooManyChunks(let block, let chunks, let tokens):
            "block \(block) would go over \(chunks) chunks of \(tokens) tokens, more than its sums are certain to hold"
        case .changedMeanwhile(let file):
            "\(file) was replaced while it was being read: another process folds partials into the store"
        case .sourceMismatch(let source, let expected, let found):
            "source \(source) has \(found) columns where the plan expects \(expected)"
        case .noPreActivations(let source):
            "source \(source) has no pre-activations, whose moments the plan asks for"
        case .notAPartial(let file, let reason):
            "\(file) is not a file of partial sums: \(reason)"
        case .unsupportedVersion(let file, let found, let supported):
            "\(file) has format version \(found), this program reads version \(supported)"
        case .checksumMismatch(let file, let section, let offset):
            "\(file) is damaged: \(section) at byte \(offset) does not have its recorded checksum"
        case .malformed(let file, let section, let reason):
            "\(file) is malformed: \(section): \(reason)"
        case .otherPlan(let file, let expected, let found):
            "\(file) belongs to plan \(found.prefix(12)), not to \(expected.prefix(12))"
        case .overlap(let block, let shards):
            "inputs overlap in block \(block): shards \(Self.list(shards)) come more than once and neither input contains the other"
        case .disagreement(let block, let shard, let workers):
            "two copies of shard \(shard) hold different numbers in block \(block) (computed by \(workers.joined(separator: " and ")))"
        case .unevenShards(let block, let missing):
            "block \(block) lacks shards \(Self.list(missing)) that other blocks have"
        }
    }

    public var remedy: String {
        switch self {
        case .activationNotFinite: "check the model's weights: a forward pass must not overflow"
        case .columnTooLarge:
            "calibrate on more tokens (`calibration`), so that the neuron's loud tokens are among them, or leave the model out"
        case .productsTooLarge: "use a coarser resolution, or leave the model out"
        case .tooManyChunks: "plan the run with larger chunks, or with fewer tokens"
        case .changedMeanwhile: "start again, better when the other process has ended"
        case .sourceMismatch: "plan the run again with the models that are to be used"
        case .noPreActivations: "plan the run again with `moments: none`"
        case .notAPartial: "give files that `map` or `reduce` wrote"
        case .unsupportedVersion: "use the version of the program that wrote it, or compute the file again"
        case .checksumMismatch, .malformed:
            "delete the file; `universal-neurons resume RUN` computes what a run lacks again, `map` a task of a partial: the bits are the same"
        case .otherPlan: "use only partials that were computed for this plan"
        case .overlap: "reduce inputs with disjoint shards, or leave out the one that is covered by others"
        case .disagreement: "compute the shard again on a third machine; one of the two has bad memory or other kernels"
        case .unevenShards: "run the missing tasks, or analyze with --incomplete"
        }
    }

    public var exitStatus: ExitStatus {
        if case .changedMeanwhile = self { return .temporaryFailure }
        return .dataError
    }

    /// The first few numbers of a list, for a message.
    private static func list(_ numbers: [Int]) -> String {
        numbers.prefix(8).map(String.init).joined(separator: ", ") + (numbers.count > 8 ? ", …" : "")
    }
}
