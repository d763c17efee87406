/// A family of neurons: those whose best-explaining feature is of one kind.
public struct ReportedFamily: Codable, Sendable, Hashable {
    /// The family's name, for instance "unigram"; neurons that no feature explains are a family of their own.
    public var name: String
    /// Its neurons among all of the reference model.
    public var all: Int
    /// Its neurons among the universal ones.
    public var universal: Int
    /// Its neurons among those that the table lists.
    public var listed: Int
    /// Its neurons in each layer, and the universal ones among them; empty where they were not counted.
    public var allByLayer, universalByLayer: [Int]
    /// Those of its neurons that are named: universal ones first, then the best explained.
    public var members: [ReportedFamilyMember]
    /// Its neurons in the other models, in plan order; empty where the reference's alone are compared with features.
    public var elsewhere: [ReportedFamilyElsewhere]

    /// A family's counts and members.
    public init(
        name: String, all: Int, universal: Int, listed: Int, allByLayer: [Int] = [], universalByLayer: [Int] = [],
        members: [ReportedFamilyMember] = [], elsewhere: [ReportedFamilyElsewhere] = []
    ) {
        self.elsewhere = elsewhere
        self.allByLayer = allByLayer
        self.universalByLayer = universalByLayer
        self.members = members
        self.name = name
        self.all = all
        self.universal = universal
        self.listed = listed
    }
}
