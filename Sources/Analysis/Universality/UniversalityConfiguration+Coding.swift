extension UniversalityConfiguration {
    private enum CodingKeys: String, CodingKey {
        case reference, others, allPairs, rotations, threshold, tail, showsConvergence, areSignsArbitrary
    }

    /// Reads what was asked for.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            reference: try values.decode(String.self, forKey: .reference), others: try values.decode([String].self, forKey: .others),
            allPairs: try values.decode(Bool.self, forKey: .allPairs),
            rotations: try values.decode(RotationConfiguration.self, forKey: .rotations),
            threshold: try values.decode(Double.self, forKey: .threshold), tail: try values.decode(Int.self, forKey: .tail))
        showsConvergence = try values.decode(Bool.self, forKey: .showsConvergence)
        areSignsArbitrary = try values.decodeIfPresent(Bool.self, forKey: .areSignsArbitrary) ?? false
    }

    /// Writes what is asked for; of signs only where they are arbitrary: findings about neurons stay what they are known by.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(reference, forKey: .reference)
        try values.encode(others, forKey: .others)
        try values.encode(allPairs, forKey: .allPairs)
        try values.encode(rotations, forKey: .rotations)
        try values.encode(threshold, forKey: .threshold)
        try values.encode(tail, forKey: .tail)
        try values.encode(showsConvergence, forKey: .showsConvergence)
        if areSignsArbitrary { try values.encode(true, forKey: .areSignsArbitrary) }
    }
}
