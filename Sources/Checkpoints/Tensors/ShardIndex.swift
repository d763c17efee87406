import Storage
import SystemPackage

/// The index of a model that lies in several files: `model.safetensors.index.json`, `pytorch_model.bin.index.json`.
struct ShardIndex {
    /// The most tensors that are placed: a model of the most layers that are read has some eight thousand.
    private static let mostTensors = 1 << 16

    let path: FilePath
    private let format: WeightFormat
    /// The shard of each tensor, by the tensor's name.
    let shards: [String: String]

    /// Reads the index of shards in a format.
    ///
    /// - Throws: a `CheckpointError` when it is no JSON, has no map of tensors or too large a one, or names a file outside its own folder;
    ///   `StorageError.tooLarge`.
    init(_ path: FilePath, of format: WeightFormat) throws {
        self.path = path
        self.format = format
        let json = try StrictJSONFile.parse(path, most: StrictJSONFile.longestList)
        guard let map = json.object?.first(where: { $0.name == "weight_map" })?.value.object else {
            throw CheckpointError.invalidIndex(index: path, reason: "weight_map is missing or not an object")
        }
        guard map.count <= Self.mostTensors else {
            throw CheckpointError.invalidIndex(index: path, reason: "it places \(map.count) tensors, the most are \(Self.mostTensors)")
        }
        var shards: [String: String] = [:]
        for member in map {
            guard let shard = member.value.string else {
                throw CheckpointError.invalidIndex(index: path, reason: "the shard of \(member.name) is \(member.value.shown)")
            }
            // A shard lies beside its index: a name that leads elsewhere would read files that were never part of the model.
            guard shard.hasSuffix(format.suffix), !shard.contains("/"), !shard.contains("\0") else {
                throw CheckpointError.invalidIndex(index: path, reason: "\"\(shard)\" is no name of a \(format.suffix) file in this folder")
            }
            shards[member.name] = shard
        }
        self.shards = shards
    }

    /// Maps all shards and checks that they hold exactly the tensors that the index places in them.
    func openShards() throws -> [any TensorFile] {
        var files: [any TensorFile] = []
        for shard in Set(shards.values).sorted() {
            let location = path.removingLastComponent().appending(shard)
            guard Folder.holdsFile(location) else { throw CheckpointError.notFound(path: location, wanted: "a shard of the model") }
            let file = try format.open(location)
            for tensor in file.tensors where shards[tensor.name] != shard {
                throw CheckpointError.missingFromIndex(index: path, tensor: tensor.name, shard: shard)
            }
            let held = Set(file.tensors.lazy.map(\.name))
            for (tensor, place) in shards.sorted(by: { $0.key < $1.key }) where place == shard && !held.contains(tensor) {
                throw CheckpointError.missingFromShard(index: path, tensor: tensor, shard: shard)
            }
            files.append(file)
        }
        return files
    }
}
