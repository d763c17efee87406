/// Who belongs to the families, as text.
struct FamiliesView {
    /// A family by layer.
    struct Row {
        let name: String
        let cells: [String]
    }

    /// A family by model.
    struct ModelRow {
        let name: String
        let cells: [String]
        let agreement: String
    }

    /// The families by model.
    struct Models {
        let names: [String]
        let rows: [ModelRow]
    }

    /// The named members of a family.
    struct Group {
        let summary: String
        let members: [Member]
        let elsewhere: Elsewhere?
    }

    /// Those of the other models.
    struct Elsewhere {
        let members: [MemberElsewhere]
    }

    /// One of them.
    struct MemberElsewhere {
        let model: String
        let name: String
        let explanation: String
        let share: String
    }

    /// One of them.
    struct Member {
        let name: String
        let isUniversal: Bool
        let excess: String
        let explanation: String
        let share: String
        let partners: [Partner]
    }

    /// Its best partner in a model, and what that responds to.
    struct Partner {
        // Not `name`: the template engine would find the member's.
        let partner: String
        let response: String?
    }

    let layers: [String]
    let rows: [Row]
    let others: [String]
    let groups: [Group]
    /// The families in each model; nil where the reference's neurons alone are compared with features.
    // Not `models`: where it is nil the template engine would find the page's.
    let byModel: Models?
    /// What writes the members that are not here, as HTML; nil where all are.
    let rest: String?

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
        byModel = Self.models(families, content)
        let isCut = families.contains { family in
            family.members.count < family.all && !family.members.isEmpty
                || family.elsewhere.contains { $0.members.count < $0.all && !$0.members.isEmpty }
        }
        rest =
            isCut
            ? Markup.sentence("`universal-neurons pages RUN --output DIR` writes a page of each family with all of its members.") : nil
        groups = families.filter { family in
            !family.members.isEmpty || family.elsewhere.contains { !$0.members.isEmpty }
        }.map { family in
            let rest = family.all - family.members.count
            let others = family.elsewhere.reduce(0) { $0 + $1.all }
            let whose =
                family.elsewhere.isEmpty
                ? "" : " of \(VisibleText.plain(content.reference, limit: 24)), \(NumberFormat.integer(others)) of others"
            return Group(
                summary: "\(VisibleText.plain(family.name, limit: 40)): \(ReportWords.count(family.all, content.columns.noun))\(whose)"
                    + (rest > 0 ? ", \(NumberFormat.integer(family.members.count)) of them here; neurons.csv has all" : ""),
                members: family.members.map { member in
                    Member(
                        name: member.name, isUniversal: member.isUniversal,
                        excess: NumberFormat.fixed(member.excess, 3), explanation: VisibleText.plain(member.explanation, limit: 90),
                        share: NumberFormat.percent(member.score, 0), partners: Self.partners(of: member))
                }, elsewhere: Self.elsewhere(family))
        }
    }

    private static func partners(of member: ReportedFamilyMember) -> [Partner] {
        member.partners.enumerated().map { place, name in
            let response = member.partnerExplanations.isEmpty ? "" : member.partnerExplanations[place]
            return Partner(
                partner: VisibleText.plain(name, limit: 24), response: response.isEmpty ? nil : VisibleText.plain(response, limit: 60))
        }
    }

    private static func elsewhere(_ family: ReportedFamily) -> Elsewhere? {
        let members = family.elsewhere.flatMap { model in
            model.members.map { member in
                MemberElsewhere(
                    model: VisibleText.plain(model.model, limit: 24), name: VisibleText.plain(member.name, limit: 24),
                    explanation: VisibleText.plain(member.explanation, limit: 90), share: NumberFormat.percent(member.score, 0))
            }
        }
        return members.isEmpty ? nil : Elsewhere(members: members)
    }

    private static func models(_ families: [ReportedFamily], _ content: ReportContent) -> Models? {
        guard let first = families.first(where: { !$0.elsewhere.isEmpty }) else { return nil }
        return Models(
            names: ([content.reference] + first.elsewhere.map(\.model)).map { VisibleText.plain($0, limit: 24) },
            rows: families.map { family in
                let counts = family.elsewhere.compactMap(\.partnersOfFamily)
                let partners = counts.count * family.universal
                return ModelRow(
                    name: VisibleText.plain(family.name, limit: 40),
                    cells: ([family.all] + family.elsewhere.map(\.all)).map(NumberFormat.integer),
                    agreement: partners == 0 ? "–" : NumberFormat.percent(Double(counts.reduce(0, +)) / Double(partners), 0))
            })
    }
}
