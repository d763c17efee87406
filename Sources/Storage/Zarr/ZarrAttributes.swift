extension ZarrMetadata {
    /// Attributes that are texts, and xarray's names of the axes.
    struct Attributes: Codable {
        var dimensions: [String]?
        var others: [String: String]

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        private static let dimensionsKey = Key(stringValue: "_ARRAY_DIMENSIONS")

        init(dimensions: [String]?, others: [String: String]) {
            self.dimensions = dimensions
            self.others = others
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            dimensions = try container.decodeIfPresent([String].self, forKey: Self.dimensionsKey)
            others = [:]
            for key in container.allKeys where key.stringValue != Self.dimensionsKey.stringValue {
                others[key.stringValue] = try? container.decode(String.self, forKey: key)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encodeIfPresent(dimensions, forKey: Self.dimensionsKey)
            for (key, value) in others { try container.encode(value, forKey: Key(stringValue: key)) }
        }
    }
}
