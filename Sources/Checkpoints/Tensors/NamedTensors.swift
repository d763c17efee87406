import CKernels
import Kernels
import Storage
import SystemPackage

/// The tensors of a model's folder by name, wherever they lie: in one file or in shards, as safetensors or
/// as PyTorch's.
///
/// Names are those of a model without a head: the prefix of the body, which depends on the class that saved the model, is dropped, and a
/// tensor that versions of transformers call differently has one name here.
/// Values are read as float32 whatever they are stored as (float16 and bfloat16 convert exactly).
public final class NamedTensors: Sendable {
    /// The folder that the files lie in.
    public let folder: FilePath
    /// All names, sorted.
    public let names: [String]

    private let entries: [String: Place]

    private struct Place: Sendable {
        let file: any TensorFile
        let entry: TensorEntry
    }

    /// Maps the files of a folder and checks their headers.
    ///
    /// - Parameters:
    ///   - bodyPrefix: what models with a head put before the names of their body.
    ///   - aliases: other names of tensors, and what they are called here.
    /// - Throws: a `CheckpointError` when there are no weights, when a header or the index lies, when a name occurs twice, or when the two
    ///   names of one tensor stand for different values.
    public init(folder: FilePath, bodyPrefix: String = "transformer.", aliases: [String: String] = [:]) throws {
        self.folder = folder
        var entries: [String: Place] = [:]
        for file in try Self.open(folder) {
            for entry in file.tensors {
                let prefixed = entry.name.hasPrefix(bodyPrefix)
                let name = prefixed ? String(entry.name.dropFirst(bodyPrefix.count)) : entry.name
                if let other = entries.updateValue(Place(file: file, entry: entry), forKey: name) {
                    throw CheckpointError.duplicateTensor(folder: folder, tensor: name, first: other.entry.name, second: entry.name)
                }
            }
        }
        for (alias, name) in aliases.sorted(by: { $0.key < $1.key }) {
            guard let place = entries.removeValue(forKey: alias) else { continue }
            if let other = entries.updateValue(place, forKey: name), !Self.areEqual(place, other) {
                throw CheckpointError.twoContents(folder: folder, tensor: other.entry.name, alias: place.entry.name)
            }
        }
        self.entries = entries
        names = entries.keys.sorted()
    }

    private static func open(_ folder: FilePath) throws -> [any TensorFile] {
        let (format, name) = try WeightFormat.weights(in: folder)
        let path = folder.appending(name)
        return name == format.indexName ? try ShardIndex(path, of: format).openShards() : [try format.open(path)]
    }

    /// The names of the files that hold the weights of a folder, and of their index.
    static func fileNames(in folder: FilePath) throws -> [String] {
        let (format, name) = try WeightFormat.weights(in: folder)
        guard name == format.indexName else { return [name] }
        return [name] + Set(try ShardIndex(folder.appending(name), of: format).shards.values).sorted()
    }

    /// What the header says about a tensor; nil when there is none of this name.
    public subscript(name: String) -> TensorEntry? { entries[name]?.entry }

    /// The hash of a tensor's raw bytes in the order of its rows; they do not stay in memory.
    ///
    /// - Throws: `CheckpointError.missingTensor`.
    public func digest(of name: String) throws -> Digest {
        guard let place = entries[name] else { throw CheckpointError.missingTensor(folder: folder, tensor: name) }
        return Self.digest(of: place)
    }

    private static func digest(of place: Place) -> Digest {
        var builder = DigestBuilder()
        place.file.forEachPiece(of: place.entry) { builder.update($0) }
        return builder.finalize()
    }

    /// Whether two tensors are the same: their shape, their data type and their bytes, which are not read where they lie in one place.
    ///
    /// - Throws: `CheckpointError.missingTensor`.
    func areEqual(_ name: String, _ other: String) throws -> Bool {
        guard let first = entries[name] else { throw CheckpointError.missingTensor(folder: folder, tensor: name) }
        guard let second = entries[other] else { throw CheckpointError.missingTensor(folder: folder, tensor: other) }
        return Self.areEqual(first, second)
    }

    private static func areEqual(_ first: Place, _ second: Place) -> Bool {
        guard first.entry.dataType == second.entry.dataType, first.entry.shape == second.entry.shape else { return false }
        if first.file.path == second.file.path, first.entry.bytes == second.entry.bytes, first.entry.strides == second.entry.strides {
            return true
        }
        return digest(of: first) == digest(of: second)
    }

    /// Checks that a tensor exists with this shape and a data type that can be read as float32.
    ///
    /// - Throws: a `CheckpointError` that names the tensor, what was expected and what was found.
    public func check(_ name: String, shape: [Int]) throws {
        guard let entry = entries[name]?.entry else { throw CheckpointError.missingTensor(folder: folder, tensor: name) }
        guard entry.shape == shape else {
            throw CheckpointError.unexpectedShape(folder: folder, tensor: name, expected: shape, found: entry.shape)
        }
        switch entry.dataType {
        case .float32, .float16, .bfloat16: return
        default: throw CheckpointError.unsupportedDataType(folder: folder, tensor: name, name: entry.dataType.rawValue)
        }
    }

    /// Reads a tensor as float32, row-major.
    ///
    /// - Parameters:
    ///   - shape: the shape that it must have.
    ///   - values: room for the product of `shape`.
    /// - Throws: a `CheckpointError` when it is missing, has another shape or a type that is no floating-point number, or when an entry is
    ///   NaN or infinite.
    public func read(_ name: String, shape: [Int], into values: UnsafeMutablePointer<Float>) throws {
        try check(name, shape: shape)
        try forEachRun(of: name) { begin, count, convert in
            convert(values + begin)
            try refuseNotFinite(values + begin, count, of: name, begin: begin, shape: shape)
        }
    }

    /// Checks that no entry of a floating-point tensor is NaN or infinite, without keeping the values.
    ///
    /// - Throws: `CheckpointError.notFinite` with the index of the first one; what `check(_:shape:)` throws.
    public func checkValues(of name: String, shape: [Int]) throws {
        try check(name, shape: shape)
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.run) { room in
            guard let values = room.baseAddress else { return }
            try forEachRun(of: name) { begin, count, convert in
                convert(values)
                try refuseNotFinite(values, count, of: name, begin: begin, shape: shape)
            }
        }
    }

    /// A tensor as float32, row-major.
    ///
    /// - Throws: what `read(_:shape:into:)` throws.
    public func float32(_ name: String, shape: [Int]) throws -> [Float] {
        try check(name, shape: shape)
        return try [Float](unsafeUninitializedCapacity: shape.reduce(1, *)) { buffer, count in
            if let base = buffer.baseAddress { try read(name, shape: shape, into: base) }
            count = buffer.count
        }
    }

    /// Entries converted at a time: 64 KiB of values stays in the second-level cache. A piece of a mapped file is a multiple of it.
    private static let run = 16_384

    /// Calls `body` for consecutive runs of a tensor's entries with a function that converts them to float32.
    private func forEachRun(
        of name: String, _ body: (_ begin: Int, _ count: Int, _ convert: (UnsafeMutablePointer<Float>) -> Void) throws -> Void
    ) throws {
        guard let place = entries[name] else { throw CheckpointError.missingTensor(folder: folder, tensor: name) }
        let type = place.entry.dataType
        var scratch = [UInt16](repeating: 0, count: type == .float32 ? 0 : Self.run)
        var begin = 0
        try place.file.forEachPiece(of: place.entry) { piece in
            for start in stride(from: 0, to: piece.count, by: Self.run * type.bytes) {
                let bytes = UnsafeRawBufferPointer(rebasing: piece[start..<min(start + Self.run * type.bytes, piece.count)])
                let count = bytes.count / type.bytes
                try body(begin, count) { Self.convert(bytes, type, count: count, scratch: &scratch, into: $0) }
                begin += count
            }
        }
    }

    /// Converts through an aligned copy: nothing obliges a header to place a tensor at a multiple of its entries' size.
    private static func convert(
        _ bytes: UnsafeRawBufferPointer, _ type: TensorDataType, count: Int, scratch: inout [UInt16],
        into values: UnsafeMutablePointer<Float>
    ) {
        if type == .float32 {
            UnsafeMutableRawBufferPointer(start: values, count: count * 4).copyMemory(from: bytes)
            return
        }
        scratch.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        if type == .float16 {
            un_half_to_float(scratch, values, count)
        } else {
            un_bfloat16_to_float(scratch, values, count)
        }
    }

    private func refuseNotFinite(_ values: UnsafePointer<Float>, _ count: Int, of name: String, begin: Int, shape: [Int]) throws {
        let offset = un_find_not_finite(values, count)
        guard offset >= 0 else { return }
        throw CheckpointError.notFinite(
            folder: folder, tensor: name, index: Self.index(begin + offset, shape: shape), value: values[offset])
    }

    private static func index(_ flat: Int, shape: [Int]) -> [Int] {
        var rest = flat
        var index: [Int] = []
        for size in shape.reversed() {
            index.append(rest % size)
            rest /= size
        }
        return index.reversed()
    }
}
