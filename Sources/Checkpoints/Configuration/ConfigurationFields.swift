import SystemPackage

/// The fields of a configuration file while they are being read: each is taken out by name, and what is left must be known.
struct ConfigurationFields {
    let file: FilePath
    private var fields: [String: JSONValue] = [:]

    init(_ json: JSONValue, file: FilePath) throws {
        self.file = file
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
            throw CheckpointError.invalidField(file: file, field: name, found: value.shown, expected: "a whole number from 1 to \(most)")
        }
        return size
    }

    /// A truth value.
    mutating func flag(_ name: String, default: Bool) throws -> Bool {
        guard let value = fields.removeValue(forKey: name) else { return `default` }
        guard case .bool(let flag) = value else {
            throw CheckpointError.invalidField(file: file, field: name, found: value.shown, expected: "true or false")
        }
        return flag
    }

    /// A number above zero that float32 holds.
    mutating func positive(_ name: String, default: Float) throws -> Float {
        guard let value = fields.removeValue(forKey: name) else { return `default` }
        guard let real = value.real, Float(real) > 0, Float(real).isFinite else {
            throw CheckpointError.invalidField(file: file, field: name, found: value.shown, expected: "a number above 0")
        }
        return Float(real)
    }

    /// The nonlinearity by its name.
    mutating func activation(_ name: String) throws -> ActivationFunction {
        guard let value = fields.removeValue(forKey: name) else { return .geluTanh }
        guard let text = value.string else {
            throw CheckpointError.invalidField(file: file, field: name, found: value.shown, expected: "the name of a function")
        }
        guard let function = ActivationFunction(configured: text) else {
            throw CheckpointError.refusedField(
                file: file, field: name, found: value.shown, reason: "supported are gelu_new, gelu, relu and their other names")
        }
        return function
    }

    /// Refuses what would give other activations than those computed here.
    mutating func refuseWhatChangesTheFunction() throws {
        guard let type = fields.removeValue(forKey: "model_type") else {
            throw CheckpointError.missingField(file: file, field: "model_type")
        }
        guard type == .string("gpt2") else {
            throw CheckpointError.refusedField(file: file, field: "model_type", found: type.shown, reason: "only gpt2 models are supported")
        }
        try refuse("add_cross_attention", unless: [.bool(false)], "cross-attention needs an encoder's output")
        try refuse("is_encoder_decoder", unless: [.bool(false)], "only decoders are supported")
        try refuse("pruned_heads", unless: [.object([])], "pruned heads are not supported")
        try refuse("quantization_config", unless: [], "quantised weights are not supported")
        try refuse("auto_map", unless: [], "the model brings code of its own")
    }

    private mutating func refuse(_ name: String, unless harmless: [JSONValue], _ reason: String) throws {
        guard let value = fields.removeValue(forKey: name), value != .null, !harmless.contains(value) else { return }
        throw CheckpointError.refusedField(file: file, field: name, found: value.shown, reason: reason)
    }

    /// Refuses every field that was not taken and is not on the list, the first in alphabetical order.
    func refuseUnknown(except known: Set<String>) throws {
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) where !known.contains(name) {
            throw CheckpointError.unknownField(file: file, field: name, found: value.shown)
        }
    }
}
