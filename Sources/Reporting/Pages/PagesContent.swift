import Models
import Pipeline

/// Which pages a run has, what each of them lists, and how they lead to each other.
struct PagesContent {
    /// A family with its members.
    struct Family {
        let family: FeatureFamily
        /// Of the model, and of each other one that is compared with features.
        let members: [NeuronEntry]
        let others: [(model: String, members: [NeuronEntry])]

        var all: [NeuronEntry] { others.reduce(members) { $0 + $1.members } }
        var universal: Int { members.count { $0.isUniversal == true } }
        var outcome: RunPages.Outcome.Family {
            RunPages.Outcome.Family(
                name: family.rawValue, page: PageNames.family(family), members: members.count + others.reduce(0) { $0 + $1.members.count },
                ofModel: members.count, universal: universal)
        }
    }

    /// A page of the folder that lists neurons, beside the first one.
    struct Listing {
        let folder, page: String
        let listing: ListingPage
    }

    /// The run's name.
    let run: String
    /// The model's neurons by layer and number, the universal ones by excess, and those that have cards by layer and number.
    let entries, universal, cards: [NeuronEntry]
    /// The families that have members in any model.
    let families: [Family]

    private let model: String
    private let names: ColumnNames
    private let threshold: Double
    private let notice: String?
    private let isWhole: Bool
    private let hasCard: Set<String>
    /// The place of each universal neuron in their list.
    private let places: [String: Int]

    /// - Parameter isWhole: whether every neuron has a card.
    init(_ neurons: RunNeurons, isWhole: Bool) {
        run = neurons.plan.configuration.name
        (model, names) = (neurons.model.id, neurons.plan.columnNames)
        (threshold, notice, self.isWhole) = (neurons.plan.configuration.threshold, neurons.incomplete?.notice, isWhole)
        entries = neurons.entries()
        let universal = ListingPage.sorted(entries.filter { $0.isUniversal == true }, by: .excess)
        self.universal = universal
        cards = isWhole ? entries : entries.filter { $0.isUniversal == true }
        hasCard = Set(cards.map(\.name))
        places = Dictionary(universal.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        func byFamily(_ entries: [NeuronEntry]) -> [FeatureFamily: [NeuronEntry]] {
            Dictionary(grouping: entries.filter { Self.family(of: $0) != nil }) { Self.family(of: $0) ?? .unigram }
        }
        let own = byFamily(entries)
        let others = neurons.explained.map { ($0.id, byFamily(neurons.entries(of: $0.id))) }
        families = FeatureFamily.allCases.map { family in
            Family(family: family, members: own[family] ?? [], others: others.map { ($0.0, $0.1[family] ?? []) })
        }.filter { family in !family.members.isEmpty || family.others.contains { !$0.members.isEmpty } }
    }

    private static func family(of entry: NeuronEntry) -> FeatureFamily? {
        entry.explanation?.family.flatMap { FeatureFamily(rawValue: $0) }
    }

    /// All pages, by their names.
    var pages: Set<String> {
        Set([PageNames.index] + families.map { PageNames.family($0.family) } + layers.map(PageNames.layer) + cards.map(PageNames.card))
    }

    /// The layers that have a page: where every neuron has a card, a card must be found.
    private var layers: [Int] { isWhole ? Set(entries.map(\.layer)).sorted() : [] }

    // MARK: Links

    /// Where a card leads to: the lists that have the neuron, and the universal ones before and behind it.
    func links(of entry: NeuronEntry) -> [PageLink] {
        var links = [PageLink(href: "../\(PageNames.index)", text: "All universal \(names.nouns)")]
        if let family = Self.family(of: entry) {
            links.append(PageLink(href: "../\(PageNames.family(family))", text: "Family \(family.rawValue)"))
        }
        if isWhole { links.append(PageLink(href: "../\(PageNames.layer(entry.layer))", text: "Layer \(entry.layer)")) }
        guard let place = places[entry.name] else { return links }
        if place > 0 { links.append(neighbour(universal[place - 1], "Higher excess")) }
        if place + 1 < universal.count { links.append(neighbour(universal[place + 1], "Lower excess")) }
        return links
    }

    private func neighbour(_ entry: NeuronEntry, _ word: String) -> PageLink {
        PageLink(href: "../\(PageNames.card(entry))", text: "\(word): \(entry.name)")
    }

    /// A neuron's card, counted from a folder of pages.
    private func card(from folder: String) -> (NeuronEntry) -> String? {
        let (model, hasCard) = (model, hasCard)
        return { entry in entry.model == model && hasCard.contains(entry.name) ? folder + PageNames.card(entry) : nil }
    }

    private func back(_ rest: [PageLink]) -> [PageLink] {
        [PageLink(href: "../\(PageNames.index)", text: "All universal \(names.nouns)")] + rest
    }

    // MARK: Lists

    /// The page that leads to all others.
    var index: ListingPage {
        let (shown, count) = (VisibleText.plain(model, limit: 40), ReportWords.count(entries.count, names.noun))
        let threshold = NumberFormat.fixed(threshold, 2)
        let sentence =
            universal.isEmpty
            ? "None of the \(count) of model \(shown) is universal: no excess correlation is above \(threshold)."
            : "\(NumberFormat.integer(universal.count)) of the \(count) of model \(shown) \(universal.count == 1 ? "is" : "are") universal: the "
                + "excess correlation is above \(threshold)."
        let cards =
            isWhole
            ? "Every \(names.noun) of the model has a page of its own, to be found by its layer or its family."
            : "Each name leads to the \(names.noun)’s page."
        return ListingPage(
            run: run, names: names, title: run, sentence: sentence, notice: notice,
            links: layers.map { PageLink(href: PageNames.layer($0), text: "Layer \($0)") }, counts: counts,
            heading: "Universal \(names.nouns)",
            note: universal.isEmpty
                ? "No \(names.noun) of the model is universal. \(isWhole ? cards : "")"
                : "\(universal.count == 1 ? "The only one." : "All \(NumberFormat.integer(universal.count)), the highest excess first.") \(cards)",
            entries: universal, order: .excess, card: card(from: ""))
    }

    private var counts: ListingPage.Counts? {
        guard let others = families.first?.others.map(\.model) else { return nil }
        let models = ([model] + others).map { others.isEmpty ? names.nouns : "in \(VisibleText.plain($0, limit: 24))" }
        return ListingPage.Counts(
            id: "families", heading: "Families: what the \(names.nouns) respond to", columns: ["family"] + models + ["universal"],
            entries: families.map { family in
                ListingPage.Count(
                    href: PageNames.family(family.family), text: family.family.rawValue,
                    cells: ([family.members.count] + family.others.map(\.members.count) + [family.universal]).map(NumberFormat.integer))
            })
    }

    /// The pages of families, and those of layers.
    var listings: [Listing] {
        families.map { Listing(folder: PageNames.families, page: PageNames.family($0.family), listing: page(of: $0)) }
            + layers.map { Listing(folder: PageNames.layers, page: PageNames.layer($0), listing: page(ofLayer: $0)) }
    }

    private func page(of family: Family) -> ListingPage {
        let all = family.all
        let (shown, models) = (VisibleText.plain(model, limit: 40), family.others.map(\.model))
        let own = ReportWords.count(family.members.count, names.noun)
        let members =
            models.isEmpty
            ? "\(own) of model \(shown), over all layers"
            : "\(own) of model \(shown) and \(NumberFormat.integer(all.count - family.members.count)) of \(ReportWords.list(models)), over all layers"
        return ListingPage(
            run: run, names: names, title: "Family \(family.family.rawValue)",
            sentence: "\(members), are explained best by a feature of this family; \(NumberFormat.integer(family.universal)) of model "
                + "\(shown) \(family.universal == 1 ? "is" : "are") universal.",
            notice: notice, links: back(families.map { PageLink(href: "../\(PageNames.family($0.family))", text: $0.family.rawValue) }),
            heading: "Members",
            note:
                "All members, those that their feature explains best first; under an explanation the share of the variance that the feature "
                + "explains."
                + (models.isEmpty ? "" : " Of the \(names.nouns) of model \(shown) alone the run says whether they are universal."),
            entries: ListingPage.sorted(all, by: .explanation), order: .explanation, hasFamilies: false, hasModels: !models.isEmpty,
            card: card(from: "../"))
    }

    private func page(ofLayer layer: Int) -> ListingPage {
        let own = entries.filter { $0.layer == layer }
        let universal = own.count { $0.isUniversal == true }
        return ListingPage(
            run: run, names: names, title: "Layer \(layer)",
            sentence: "\(NumberFormat.integer(universal)) of the layer’s \(ReportWords.count(own.count, names.noun)) "
                + "\(universal == 1 ? "is" : "are") universal.",
            notice: notice, links: back(layers.map { PageLink(href: "../\(PageNames.layer($0))", text: "Layer \($0)") }),
            heading: "\(names.capitalNouns) of the layer",
            note: "All of them, the highest excess first. Each name leads to the \(names.noun)’s page.",
            entries: ListingPage.sorted(own, by: .excess), order: .excess, card: card(from: "../"))
    }
}
