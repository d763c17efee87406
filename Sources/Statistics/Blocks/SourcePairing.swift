/// Which sources are compared with which.
public enum SourcePairing: Hashable, Sendable {
    /// The first model against each other one.
    case reference
    /// Every model against every model before it.
    case all
    /// Models of a group among themselves.
    case groups(SourceGroups)

    /// Whether, within a group, every model is compared with every one before it.
    public var comparesAll: Bool {
        switch self {
        case .reference: false
        case .all: true
        case .groups(let groups): groups.within == .all
        }
    }

    /// The sources that are compared among themselves, by their places, ascending; the group of the first source is the first one.
    ///
    /// - Parameter sources: the run's sources in order.
    public func groups(of sources: [String]) -> [[Int]] {
        guard case .groups(let groups) = self else { return [Array(sources.indices)] }
        return groups.groups.map { group in sources.indices.filter { group.contains(sources[$0]) } }
            .sorted { ($0.first ?? .max) < ($1.first ?? .max) }
    }

    /// The places of the earlier sources that a source is compared with, ascending.
    public func earlier(than place: Int, of sources: [String]) -> [Int] {
        let own = groups(of: sources).first { $0.contains(place) } ?? []
        return own.filter { $0 < place && (comparesAll || $0 == own.first) }
    }
}

extension SourcePairing: CustomStringConvertible {
    /// As a configuration says it.
    public var description: String {
        switch self {
        case .reference: "reference"
        case .all: "all"
        case .groups(let groups):
            "[\(groups.groups.map { $0.joined(separator: " ") }.joined(separator: " | "))], \(groups.within.rawValue) within"
        }
    }
}

/// `"reference"`, `"all"`, or an object with the groups: plans from before there were any keep their identity.
extension SourcePairing: Codable {
    /// Reads a name or groups.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        guard let name = try? value.decode(String.self) else {
            self = .groups(try value.decode(SourceGroups.self))
            return
        }
        switch name {
        case "reference": self = .reference
        case "all": self = .all
        default: throw DecodingError.dataCorruptedError(in: value, debugDescription: "'\(name)' says no pairs of models")
        }
    }

    /// Writes a name or groups.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .reference, .all: try value.encode(description)
        case .groups(let groups): try value.encode(groups)
        }
    }
}
