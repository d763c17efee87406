import SystemPackage

/// The fields of a configuration file while they are being read: each is taken out by name, and what is left must be known.
struct ConfigurationFields {
    let file: FilePath
    /// What stands before the names of fields in messages: the object that they are in.
    private let prefix: String
    private var fields: [String: JSONValue] = [:]

    init(_ json: JSONValue, file: FilePath, prefix: String = "") throws {
        self.file = file
        self.prefix = prefix
        guard let members = json.object else {
            throw CheckpointError.invalidField(file: file, field: "the file", found: json.shown, expected: "an object")
        }
        for member in members { fields[member.name] = member.value }
    }

    /// A size from 1 to `most`; both names may be there when they agree.
    mutating func size(_ name: String, alias: String? = nil, default: Int, most: Int) throws -> Int {
        let value = try optionalSize(name, most: most)
        guard let alias, let other = try optionalSize(alias, most: most) else { return value ?? `default` }
        if let value, value != other {
            throw CheckpointError.contradiction(file: file, field: alias, found: "\(other)", other: name, otherFound: "\(value)")
        }
        return other
    }

    /// A size from 1 to `most`; nil when the field is absent or null.
    mutating func optionalSize(_ name: String, most: Int) throws -> Int? {
        guard let value = fields.removeValue(forKey: name), value != .null else { return nil }
        guard let size = value.integer, (1...most).contains(size) else {
            throw CheckpointError.invalidField(
                file: file, field: prefix + name, found: value.shown, expected: "a whole number from 1 to \(most)")
        }
        return size
    }

    /// A truth value.
    mutating func flag(_ name: String, default: Bool) throws -> Bool {
        guard let value = fields.removeValue(forKey: name) else { return `default` }
        guard case .bool(let flag) = value else {
            throw CheckpointError.invalidField(file: file, field: prefix + name, found: value.shown, expected: "true or false")
        }
        return flag
    }

    /// A number above zero that float32 holds.
    mutating func positive(_ name: String, default: Float) throws -> Float { try optionalPositive(name).map(Float.init) ?? `default` }

    /// A number above zero that float32 holds; nil when the field is absent.
    mutating func optionalPositive(_ name: String) throws -> Double? {
        guard let value = fields.removeValue(forKey: name) else { return nil }
        guard let real = value.real, Float(real) > 0, Float(real).isFinite else {
            throw CheckpointError.invalidField(file: file, field: prefix + name, found: value.shown, expected: "a number above 0")
        }
        return real
    }

    /// The fields of an object; none when it is absent or null.
    mutating func object(_ name: String) throws -> ConfigurationFields {
        let value = fields.removeValue(forKey: name) ?? .null
        guard value == .null || value.object != nil else {
            throw CheckpointError.invalidField(file: file, field: prefix + name, found: value.shown, expected: "an object")
        }
        return try ConfigurationFields(value == .null ? .object([]) : value, file: file, prefix: "\(prefix)\(name).")
    }

    /// The nonlinearity by its name.
    mutating func activation(_ name: String, default: ActivationFunction) throws -> ActivationFunction {
        guard let value = fields.removeValue(forKey: name) else { return `default` }
        guard let text = value.string else {
            throw CheckpointError.invalidField(file: file, field: prefix + name, found: value.shown, expected: "the name of a function")
        }
        guard let function = ActivationFunction(configured: text) else {
            throw CheckpointError.refusedField(
                file: file, field: prefix + name, found: value.shown, reason: "supported are gelu_new, gelu, relu and their other names")
        }
        return function
    }

    /// A number of heads that divides the width.
    mutating func heads(_ name: String, alias: String? = nil, default: Int, of widthName: String, width: Int) throws -> Int {
        let heads = try size(name, alias: alias, default: `default`, most: 1 << 20)
        guard width % heads == 0 else {
            throw CheckpointError.contradiction(
                file: file, field: prefix + name, found: "\(heads)", other: widthName, otherFound: "\(width), no multiple of it")
        }
        return heads
    }

    /// An older name of a size, where it is there.
    mutating func refuse(_ legacy: String, unlessEqual size: Int, _ name: String, most: Int) throws {
        guard let found = try optionalSize(legacy, most: most), found != size else { return }
        throw CheckpointError.contradiction(file: file, field: legacy, found: "\(found)", other: name, otherFound: "\(size)")
    }

    /// The architecture, by `model_type`.
    mutating func architecture() throws -> Architecture {
        guard let type = fields.removeValue(forKey: "model_type") else {
            throw CheckpointError.missingField(file: file, field: "model_type")
        }
        guard let architecture = type.string.flatMap(Architecture.init) else {
            let supported = Architecture.allCases.map(\.rawValue).joined(separator: " and ")
            throw CheckpointError.refusedField(
                file: file, field: "model_type", found: type.shown, reason: "only \(supported) models are supported")
        }
        return architecture
    }

    /// Refuses what would give other activations than those computed here, whatever the architecture.
    mutating func refuseWhatChangesTheFunction() throws {
        try refuse("add_cross_attention", unless: [.bool(false)], "cross-attention needs an encoder's output")
        try refuse("is_encoder_decoder", unless: [.bool(false)], "only decoders are supported")
        try refuse("pruned_heads", unless: [.object([])], "pruned heads are not supported")
        try refuse("quantization_config", unless: [], "quantised weights are not supported")
        try refuse("auto_map", unless: [], "the model brings code of its own")
    }

    /// Refuses a field unless it is absent, null or has a value without effect.
    mutating func refuse(_ name: String, unless harmless: [JSONValue], _ reason: String) throws {
        guard let value = fields.removeValue(forKey: name), value != .null, !harmless.contains(value) else { return }
        throw CheckpointError.refusedField(file: file, field: prefix + name, found: value.shown, reason: reason)
    }

    /// Refuses every field that was not taken and is not on the list, the first in alphabetical order.
    func refuseUnknown(except known: Set<String>) throws {
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) where !known.contains(name) {
            throw CheckpointError.unknownField(file: file, field: prefix + name, found: value.shown)
        }
    }
}
