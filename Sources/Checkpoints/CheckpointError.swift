import Diagnostics
import SystemPackage

/// What can be wrong with a model's folder, with the file, the tensor or field, and what was expected and found.
public enum CheckpointError: DiagnosedError, Equatable {
    /// A file or folder of the model does not exist.
    case notFound(path: FilePath, wanted: String)
    /// The folder has weights, but only in a format that is not read.
    case unsupportedFormat(folder: FilePath, file: String)
    /// The folder holds both a single file and an index of shards, which may be two different models.
    case ambiguousWeights(folder: FilePath, first: String, second: String)
    /// A JSON text is not JSON at this byte of the file.
    case invalidJSON(file: FilePath, offset: Int, reason: String)

    /// A safetensors file is shorter than what it says it holds.
    case truncated(file: FilePath, expected: UInt64, found: Int, what: String)
    /// The header of a safetensors file claims to be longer than any header may be.
    case headerTooLong(file: FilePath, length: UInt64, limit: Int)
    /// The header of a safetensors file is JSON, but does not say what a header has to say.
    case invalidHeader(file: FilePath, tensor: String?, reason: String)
    /// A tensor has a data type that no version of the format defines.
    case unknownDataType(file: FilePath, tensor: String, name: String)
    /// The product of a tensor's shape and the size of its entries exceeds what an integer holds.
    case shapeOverflow(file: FilePath, tensor: String, shape: [Int])
    /// A tensor's shape and data type need another number of bytes than its offsets span.
    case byteCount(file: FilePath, tensor: String, expected: Int, found: Int)
    /// A tensor's offsets end beyond the file.
    case outsideFile(file: FilePath, tensor: String, end: Int, available: Int)
    /// Two tensors share bytes.
    case overlap(file: FilePath, tensor: String, begin: Int, other: String, otherEnd: Int)
    /// Bytes between or after the tensors belong to none of them.
    case hole(file: FilePath, begin: Int, end: Int)

    /// A file of `torch.save` contradicts its format at this byte.
    case invalidPyTorch(file: FilePath, offset: Int, reason: String)
    /// A pickle asks for something of Python that no tensor needs.
    case refusedGlobal(file: FilePath, offset: Int, name: String)
    /// A pickle has an instruction that no tensor needs.
    case refusedOpcode(file: FilePath, offset: Int, opcode: String)
    /// A pickle is of a newer protocol than `torch.save` writes by itself.
    case newerPickle(file: FilePath, offset: Int, version: Int)
    /// A pickle wants more of something than any checkpoint needs.
    case pickleTooLarge(file: FilePath, offset: Int, what: String, limit: Int)
    /// A tensor of a file of `torch.save` does not fit its storage.
    case invalidTensor(file: FilePath, offset: Int, tensor: String, reason: String)
    /// A file of `torch.save` holds something else than a dictionary of names and tensors.
    case noStateDictionary(file: FilePath, found: String)

    /// A tensor occurs twice: in two shards, or with and without its body's prefix.
    case duplicateTensor(folder: FilePath, tensor: String, first: String, second: String)
    /// A tensor stands under both of the names that it has in versions of transformers, with different values.
    case twoContents(folder: FilePath, tensor: String, alias: String)
    /// The index names a tensor that its shard does not hold.
    case missingFromShard(index: FilePath, tensor: String, shard: String)
    /// A shard holds a tensor that the index does not name, or that it places in another shard.
    case missingFromIndex(index: FilePath, tensor: String, shard: String)
    /// The index has no valid map from tensors to shards.
    case invalidIndex(index: FilePath, reason: String)

    /// The model lacks a tensor.
    case missingTensor(folder: FilePath, tensor: String)
    /// The model has everything but the layer norms, of which no configuration says that there are none.
    case withoutNorms(folder: FilePath, epsilonField: String)
    /// The model has a tensor that a model of this configuration does not have.
    case unknownTensor(folder: FilePath, tensor: String, bytes: Int)
    /// A tensor has another shape than the configuration asks for.
    case unexpectedShape(folder: FilePath, tensor: String, expected: [Int], found: [Int])
    /// A weight has a data type that is not float32, float16 or bfloat16.
    case unsupportedDataType(folder: FilePath, tensor: String, name: String)
    /// A weight is NaN or infinite.
    case notFinite(folder: FilePath, tensor: String, index: [Int], value: Float)

    /// A field of the configuration that is needed is missing.
    case missingField(file: FilePath, field: String)
    /// A field of the configuration has a value of the wrong kind or outside its range.
    case invalidField(file: FilePath, field: String, found: String, expected: String)
    /// A field of the configuration asks for something that changes the function and is not supported.
    case refusedField(file: FilePath, field: String, found: String, reason: String)
    /// A field of the configuration is not known, so nobody can say whether it changes the function.
    case unknownField(file: FilePath, field: String, found: String)
    /// Two fields of the configuration contradict each other.
    case contradiction(file: FilePath, field: String, found: String, other: String, otherFound: String)

    /// A model or tokenizer of the Hugging Face Hub cannot be opened from the local cache.
    case hub(HubProblem)

    /// Fields that every model has, of which some values are supported.
    private static let choices = ["model_type", "activation_function", "hidden_act"]

    /// Names come from files that nobody vouches for: they may not be endless either.
    public var message: String { facts.printable(limit: 1000) }

    private var facts: String {
        switch self {
        case .notFound(let path, let wanted): "\(path.string): \(wanted) does not exist"
        case .unsupportedFormat(let folder, let file): "\(folder.string): the weights are in \(file), which is not read"
        case .ambiguousWeights(let folder, let first, let second):
            "\(folder.string): there are both \(first) and \(second), which may be two different models"
        case .invalidJSON(let file, let offset, let reason): "\(file.string): not valid JSON at byte \(offset): \(reason)"
        case .truncated(let file, let expected, let found, let what):
            "\(file.string): \(what) needs \(expected) bytes, the file has \(found)"
        case .headerTooLong(let file, let length, let limit):
            "\(file.string): the header claims \(length) bytes, at most \(limit) are allowed"
        case .invalidHeader(let file, let tensor, let reason):
            "\(file.string): invalid safetensors header\(tensor.map { ", tensor \($0)" } ?? ""): \(reason)"
        case .unknownDataType(let file, let tensor, let name): "\(file.string): tensor \(tensor) has the unknown data type \(name)"
        case .shapeOverflow(let file, let tensor, let shape):
            "\(file.string): tensor \(tensor) has the shape \(shape), more bytes than can be counted"
        case .byteCount(let file, let tensor, let expected, let found):
            "\(file.string): tensor \(tensor) needs \(expected) bytes by its shape, its offsets span \(found)"
        case .outsideFile(let file, let tensor, let end, let available):
            "\(file.string): tensor \(tensor) ends at byte \(end) of the data, the file has \(available)"
        case .overlap(let file, let tensor, let begin, let other, let otherEnd):
            "\(file.string): tensor \(tensor) begins at byte \(begin) of the data, tensor \(other) ends at \(otherEnd): they overlap"
        case .hole(let file, let begin, let end): "\(file.string): bytes \(begin) to \(end) of the data belong to no tensor"
        case .invalidPyTorch(let file, let offset, let reason): "\(file.string): no valid PyTorch file at byte \(offset): \(reason)"
        case .refusedGlobal(let file, let offset, let name):
            "\(file.string): the pickle asks for \(name) at byte \(offset), which no tensor needs; nothing of it was executed"
        case .newerPickle(let file, let offset, let version):
            "\(file.string): the pickle at byte \(offset) is of protocol \(version), only 2 is read, which torch.save writes"
        case .refusedOpcode(let file, let offset, let opcode):
            "\(file.string): the pickle has the instruction \(opcode) at byte \(offset), which no tensor needs"
        case .pickleTooLarge(let file, let offset, let what, let limit):
            "\(file.string): the pickle has more than \(limit) \(what) at byte \(offset)"
        case .invalidTensor(let file, let offset, let tensor, let reason):
            "\(file.string): tensor \(tensor), made at byte \(offset): \(reason)"
        case .noStateDictionary(let file, let found): "\(file.string): expected a dictionary of names and tensors, found \(found)"
        case .duplicateTensor(let folder, let tensor, let first, let second):
            "\(folder.string): tensor \(tensor) occurs twice: \(first) and \(second)"
        case .twoContents(let folder, let tensor, let alias):
            "\(folder.string): \(tensor) and \(alias) are two names of one tensor, and differ in values, shape or data type"
        case .missingFromShard(let index, let tensor, let shard):
            "\(index.string): tensor \(tensor) is not in \(shard), where the index says"
        case .missingFromIndex(let index, let tensor, let shard):
            "\(index.string): \(shard) holds tensor \(tensor), which the index does not place there"
        case .invalidIndex(let index, let reason): "\(index.string): invalid index: \(reason)"
        case .missingTensor(let folder, let tensor): "\(folder.string): the model lacks tensor \(tensor)"
        case .withoutNorms(let folder, _):
            "\(folder.string): the model lacks all layer norms, and config.json has no field that says what stands in their place"
        case .unknownTensor(let folder, let tensor, let bytes):
            "\(folder.string): tensor \(tensor) (\(bytes) bytes) is no part of a model of this configuration"
        case .unexpectedShape(let folder, let tensor, let expected, let found):
            "\(folder.string): tensor \(tensor) has the shape \(found), config.json asks for \(expected)"
        case .unsupportedDataType(let folder, let tensor, let name):
            "\(folder.string): tensor \(tensor) has the data type \(name), weights are read as F32, F16 or BF16"
        case .notFinite(let folder, let tensor, let index, let value): "\(folder.string): tensor \(tensor) is \(value) at \(index)"
        case .missingField(let file, let field): "\(file.string): \(field) is missing"
        case .invalidField(let file, let field, let found, let expected): "\(file.string): \(field) is \(found), expected \(expected)"
        case .refusedField(let file, let field, let found, let reason): "\(file.string): \(field) is \(found): \(reason)"
        case .unknownField(let file, let field, let found): "\(file.string): the field \(field) (\(found)) is not known"
        case .contradiction(let file, let field, let found, let other, let otherFound):
            "\(file.string): \(field) is \(found), but \(other) is \(otherFound)"
        case .hub(let problem): problem.message
        }
    }

    public var remedy: String {
        switch self {
        case .notFound: "give the path of a Hugging Face model folder with config.json and model.safetensors or pytorch_model.bin"
        case .unsupportedFormat: "load it with transformers and save it again with save_pretrained(folder, safe_serialization=True)"
        case .ambiguousWeights: "remove the one that is not meant"
        case .invalidJSON, .truncated, .headerTooLong, .invalidHeader, .unknownDataType, .shapeOverflow, .byteCount, .outsideFile,
            .overlap, .hole, .invalidPyTorch, .invalidTensor:
            "download or save the file again: it is damaged or not what its name says"
        case .newerPickle: "save it again without pickle_protocol: torch.save(torch.load(file, weights_only=True), file)"
        case .refusedGlobal, .refusedOpcode, .pickleTooLarge:
            "save the tensors alone, torch.save(model.state_dict(), file); where nobody knows why it asks for more, do not load it in Python"
        case .noStateDictionary: "save the model's weights alone: torch.save(model.state_dict(), file)"
        case .duplicateTensor, .missingFromShard, .missingFromIndex, .invalidIndex:
            "download the index and all shards of one version of the model again"
        case .twoContents: "save the model again with one version of transformers"
        case .missingTensor, .unknownTensor, .unexpectedShape: "check that config.json and the weights belong to the same model"
        case .withoutNorms(_, let field):
            "if it was trained without, save it with norms that take nothing but the mean away, as such models are published: \(field) of 1e12 "
                + "in config.json, weights of 1e6 and biases of 0; one to which the mean matters is not supported"
        case .unsupportedDataType: "save the model in float32, float16 or bfloat16"
        case .notFinite: "take another checkpoint of the model: its training or its conversion has failed"
        case .missingField, .invalidField, .contradiction: "correct config.json"
        case .refusedField(_, let field, _, _):
            Self.choices.contains(where: field.hasSuffix) ? "take a model with one of these" : "take a model without it"
        case .unknownField: "remove the field from config.json if the activations do not depend on it"
        case .hub(let problem): problem.remedy
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .notFound: .noInput
        case .hub(let problem): problem.exitStatus
        default: .dataError
        }
    }
}
