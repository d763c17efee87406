import Analysis

extension Configuration {
    /// Reads what the columns of models are; nil for neurons.
    static func columns(_ value: ConfigurationValue) throws -> ColumnBasis? {
        switch value.scalar {
        case "neurons": return nil
        case "rotated": return .rotated(RotatedColumns())
        case "principal": return .principal(PrincipalColumns())
        case let other?:
            let nearest = NearestName.of(other, among: ColumnBasis.names) ?? "neurons"
            throw value.invalid("it must be \(ColumnBasis.expected)", remedy: "write '\(nearest)' if that was meant")
        case nil: break
        }
        let keys = try value.mapping(known: columnKeys, expected: ColumnBasis.expected)
        switch (keys["rotated"], keys["principal"]) {
        case (let rotated?, nil): return .rotated(try self.rotated(rotated))
        case (nil, let principal?): return .principal(try self.principal(principal))
        default: throw value.invalid("columns are of one basis", remedy: "give rotated or principal")
        }
    }

    private static func rotated(_ value: ConfigurationValue) throws -> RotatedColumns {
        let keys = try value.mapping(known: rotatedKeys, expected: "a mapping with kind and seed")
        var columns = RotatedColumns()
        if let kind = keys["kind"] { columns.kind = try kind.choice() }
        if let seed = keys["seed"] { columns.seed = try seed.seed() }
        return columns
    }

    private static func principal(_ value: ConfigurationValue) throws -> PrincipalColumns {
        let keys = try value.mapping(known: principalKeys, expected: "a mapping with components and from")
        var columns = PrincipalColumns()
        if let components = keys["components"], components.scalar != "all" {
            columns.components = try components.integer(ConfigurationRanges.components)
        }
        if let origin = keys["from"] { _ = try origin.choice(PrincipalColumns.Origin.self) }
        return columns
    }

    /// Makes sure that no moments of pre-activations are asked for of columns that have none.
    static func checkDirections(moments value: ConfigurationValue?) throws {
        guard let value, value.scalar != "none" else { return }
        throw value.invalid(
            "columns that are not neurons have no pre-activations, of which moments could be kept",
            remedy: "write none, or remove it; or set columns to neurons")
    }
}
