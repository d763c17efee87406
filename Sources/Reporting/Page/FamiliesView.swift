/// Who belongs to the families, as text.
struct FamiliesView {
    /// A family by layer.
    struct Row {
        let name: String
        let cells: [String]
    }

    /// The named members of a family.
    struct Group {
        let summary: String
        let members: [Member]
    }

    /// One of them.
    struct Member {
        let name: String
        let isUniversal: Bool
        let excess: String
        let explanation: String
        let share: String
        let partners: [String]
    }

    let layers: [String]
    let rows: [Row]
    let others: [String]
    let groups: [Group]

    /// The families; nil where their members were not counted by layer.
    init?(_ content: ReportContent) {
        let families = content.families.filter { !$0.allByLayer.isEmpty }
        guard let first = families.first else { return nil }
        layers = first.allByLayer.indices.map(String.init)
        rows = families.map { family in
            Row(
                name: VisibleText.plain(family.name, limit: 40),
                cells: zip(family.allByLayer, family.universalByLayer).map { all, universal in
                    NumberFormat.integer(all) + (universal > 0 ? " (\(NumberFormat.integer(universal)))" : "")
                })
        }
        others = content.others.map { "in \(VisibleText.plain($0, limit: 24))" }
        groups = families.filter { !$0.members.isEmpty }.map { family in
            let rest = family.all - family.members.count
            return Group(
                summary: "\(VisibleText.plain(family.name, limit: 40)): \(ReportWords.count(family.all, content.columns.noun))"
                    + (rest > 0 ? ", \(NumberFormat.integer(family.members.count)) of them here; neurons.csv has all" : ""),
                members: family.members.map { member in
                    Member(
                        name: member.name, isUniversal: member.isUniversal,
                        excess: NumberFormat.fixed(member.excess, 3), explanation: VisibleText.plain(member.explanation, limit: 90),
                        share: NumberFormat.percent(member.score, 0), partners: member.partners.map { VisibleText.plain($0, limit: 24) })
                })
        }
    }
}
