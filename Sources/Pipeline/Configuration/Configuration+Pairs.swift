import Statistics

extension Configuration {
    /// Reads which models are compared: a name, or groups of the listed models.
    static func pairs(_ value: ConfigurationValue, of listed: ModelListing) throws -> SourcePairing {
        let expected = "reference, all, or a mapping with groups"
        switch value.scalar {
        case "reference": return .reference
        case "all": return .all
        case let other?:
            let nearest = NearestName.of(other, among: ["reference", "all"]) ?? "reference"
            throw value.invalid("it must be \(expected)", remedy: "write '\(nearest)' if that was meant, or {groups: [[a, b], [c, d]]}")
        case nil: break
        }
        let keys = try value.mapping(known: pairKeys, expected: expected)
        let lists = try keys.required("groups", "lists of models such as [[a, b], [c, d]]")
        let groups = try lists.list("lists of models such as [[a, b], [c, d]]").map { group in
            try group.list("a list of models such as [a, b]").map { try $0.text("the id of a model") }
        }
        let found = SourceGroups(groups, within: try keys["within"]?.choice() ?? .all)
        if let problem = found.problem(of: listed.models.map(\.id)) {
            throw lists.invalid(problem, remedy: "name each model of models once, two or more in a group")
        }
        return .groups(found)
    }
}
