/// Sources in groups that are compared among themselves only: ten seeds of each of five sizes need 5 × 45 pairs in place of 1,225.
///
/// A group's first source, in the run's order, is the group's reference.
public struct SourceGroups: Codable, Hashable, Sendable {
    /// What is compared within a group.
    public enum Extent: String, Codable, Hashable, Sendable, CaseIterable {
        /// The group's first source against each other one.
        case reference
        /// Every source against every one before it.
        case all
    }

    /// The sources of each group.
    public let groups: [[String]]
    /// What is compared within each of them.
    public let within: Extent

    /// Groups that were checked (``problem(of:)``).
    public init(_ groups: [[String]], within: Extent = .all) {
        self.groups = groups
        self.within = within
    }

    /// Why sources cannot be grouped so: every one belongs to one group, with another one to compare it with.
    ///
    /// - Parameter sources: the run's sources.
    /// - Returns: nil where they can.
    public func problem(of sources: [String]) -> String? {
        var seen: Set<String> = []
        for group in groups {
            if group.count < 2 { return "a group of \(group.first.map { "'\($0)' alone" } ?? "no model") has nothing to compare" }
            for name in group {
                guard sources.contains(name) else { return "there is no model '\(name)'" }
                guard seen.insert(name).inserted else { return "'\(name)' stands in it twice" }
            }
        }
        return sources.first { !seen.contains($0) }.map { "'\($0)' is in no group" }
    }
}
