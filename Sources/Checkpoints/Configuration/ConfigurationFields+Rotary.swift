extension ConfigurationFields {
    /// How positions turn queries and keys: `rope_parameters` of newer files, or `rotary_pct` and `rotary_emb_base`, or both where they agree.
    ///
    /// `rope_theta` and `partial_rotary_factor` beside them are read by some versions of transformers and ignored by others: they must
    /// repeat what the other names say.
    mutating func rotary(headWidth: Int) throws -> RotaryEmbedding {
        let reason = "scaled rotations are not supported"
        try refuse("rope_scaling", unless: [], reason)
        var nested = try object("rope_parameters")
        for kind in ["rope_type", "type"] { try nested.refuse(kind, unless: [.string("default")], reason) }
        let base = try agreed(try nested.optionalPositive("rope_theta"), "rotary_emb_base", repeated: "rope_theta", default: 10_000)
        let share = try agreed(
            try nested.optionalPositive("partial_rotary_factor"), "rotary_pct", repeated: "partial_rotary_factor", default: 0.25)
        try nested.refuseUnknown(except: [])
        guard base >= 1 else {
            throw CheckpointError.invalidField(file: file, field: "rotary_emb_base", found: "\(base)", expected: "a number from 1")
        }
        // As transformers rounds it: in double precision, down.
        let rotary = RotaryEmbedding(dimensions: Int(min(Double(headWidth) * share, Double(headWidth) + 1)), base: base)
        guard 2 * rotary.pairs <= headWidth else {
            throw CheckpointError.contradiction(
                file: file, field: "rotary_pct", found: "\(share), which turns \(rotary.pairs) pairs of numbers",
                other: "the width of a head", otherFound: "\(headWidth)")
        }
        return rotary
    }

    /// A number that several fields may give, all of them the same.
    private mutating func agreed(_ nested: Double?, _ name: String, repeated: String, default: Double) throws -> Double {
        let named = try optionalPositive(name)
        let value = nested ?? named ?? `default`
        for (field, found) in [(name, named), (repeated, try optionalPositive(repeated))] {
            guard let found, found != value else { continue }
            throw CheckpointError.contradiction(
                file: file, field: field, found: "\(found)", other: nested == nil ? name : "rope_parameters", otherFound: "\(value)")
        }
        return value
    }
}
