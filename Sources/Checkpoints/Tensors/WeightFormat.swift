import Storage
import SystemPackage

/// The formats that weights are read in, the preferred one first.
enum WeightFormat: CaseIterable {
    case safetensors
    case pyTorch

    /// The file of a model that lies in one.
    var singleName: String {
        switch self {
        case .safetensors: "model.safetensors"
        case .pyTorch: "pytorch_model.bin"
        }
    }

    /// The index of a model that lies in several.
    var indexName: String { singleName + ".index.json" }

    /// What the names of shards end with.
    var suffix: String {
        switch self {
        case .safetensors: ".safetensors"
        case .pyTorch: ".bin"
        }
    }

    /// Maps a file and checks what it says about its tensors.
    func open(_ path: FilePath) throws -> any TensorFile {
        switch self {
        case .safetensors: try SafetensorsFile(path)
        case .pyTorch: try PyTorchFile(path)
        }
    }

    /// What lies in a folder in other formats than the one that is read.
    func passedOver(in folder: FilePath) -> [String] {
        Self.allCases.filter { $0 != self }.flatMap { [$0.singleName, $0.indexName] }.filter { Folder.holdsFile(folder.appending($0)) }
    }

    /// The file that a folder's weights begin with, in the first format that is there.
    static func weights(in folder: FilePath) throws -> (format: WeightFormat, name: String) {
        for format in allCases {
            switch (Folder.holdsFile(folder.appending(format.singleName)), Folder.holdsFile(folder.appending(format.indexName))) {
            case (true, true):
                throw CheckpointError.ambiguousWeights(folder: folder, first: format.singleName, second: format.indexName)
            case (true, false): return (format, format.singleName)
            case (false, true): return (format, format.indexName)
            case (false, false): continue
            }
        }
        for other in ["tf_model.h5", "flax_model.msgpack"] where Folder.holdsFile(folder.appending(other)) {
            throw CheckpointError.unsupportedFormat(folder: folder, file: other)
        }
        throw CheckpointError.notFound(path: folder.appending(safetensors.singleName), wanted: "the file of the model's weights")
    }
}
