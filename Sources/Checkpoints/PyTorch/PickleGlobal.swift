/// The names of Python that a checkpoint may ask for. Nothing is looked up by them: each stands for what is done here in its place.
enum PickleGlobal: Equatable {
    case orderedDictionary
    case size
    case rebuildTensor2
    case rebuildTensor3
    case rebuildParameter
    /// A kind of storage; nil where its entries have no type of their own.
    case storage(TensorDataType?)
    case dataType(TensorDataType)

    /// What a module's name means; nil for everything that tensors do not need.
    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch", "Size"): self = .size
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor2
        case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensor3
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch.storage", "UntypedStorage"): self = .storage(nil)
        case ("torch", _):
            if let type = Self.storages[name] {
                self = .storage(type)
            } else if let type = Self.dataTypes[name] {
                self = .dataType(type)
            } else {
                return nil
            }
        default: return nil
        }
    }

    private static let storages: [String: TensorDataType] = [
        "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "LongStorage": .int64,
        "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    ]

    private static let dataTypes: [String: TensorDataType] = [
        "float64": .float64, "float32": .float32, "float16": .float16, "bfloat16": .bfloat16, "float8_e4m3fn": .float8E4M3,
        "float8_e5m2": .float8E5M2, "int64": .int64, "int32": .int32, "int16": .int16, "int8": .int8, "uint64": .uint64, "uint32": .uint32,
        "uint16": .uint16, "uint8": .uint8, "bool": .bool,
    ]
}
