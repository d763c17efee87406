/// The report as one self-contained HTML page: no request leaves it, and no script runs but its own.
///
/// ```swift
/// let html = try ReportPage(content).html()
/// ```
///
/// The same content gives the same bytes.
public struct ReportPage {
    private let content: ReportContent

    /// - Throws: `ReportingError.inconsistent` when parts of the content contradict each other.
    public init(_ content: ReportContent) throws {
        let population = content.population
        let count = population.excess.count
        for (what, found) in [
            ("layers of neurons", population.layer.count), ("best correlations", population.bestCorrelation.count),
            ("baselines", population.baseline.count),
        ] where found != count {
            throw ReportingError.inconsistent(what: what, expected: count, found: found)
        }
        if let lowest = population.layer.min(), lowest < 0 {
            throw ReportingError.inconsistent(what: "as a neuron’s layer", expected: 0, found: lowest)
        }
        if let matches = content.matches, matches.columns < 0 || matches.rows * matches.columns != matches.counts.count {
            throw ReportingError.inconsistent(
                what: "matches of layers", expected: matches.rows * matches.columns, found: matches.counts.count)
        }
        for neuron in content.neurons where !neuron.partners.isEmpty && neuron.partners.count != content.others.count {
            throw ReportingError.inconsistent(
                what: "partners of \(content.columns.noun) \(neuron.name)", expected: content.others.count, found: neuron.partners.count)
        }
        for family in content.families {
            guard family.allByLayer.count == family.universalByLayer.count else {
                throw ReportingError.inconsistent(
                    what: "layers of family \(family.name)", expected: family.allByLayer.count, found: family.universalByLayer.count)
            }
            if let member = family.members.first(where: {
                !$0.partnerExplanations.isEmpty && $0.partnerExplanations.count != $0.partners.count
            }) {
                throw ReportingError.inconsistent(
                    what: "explained partners of \(content.columns.noun) \(member.name)", expected: member.partners.count,
                    found: member.partnerExplanations.count)
            }
            guard let member = family.members.first(where: { !$0.partners.isEmpty && $0.partners.count != content.others.count })
            else { continue }
            throw ReportingError.inconsistent(
                what: "partners of \(content.columns.noun) \(member.name)", expected: content.others.count, found: member.partners.count)
        }
        for table in content.tables {
            guard let row = table.rows.first(where: { $0.count != table.columns.count }) else { continue }
            throw ReportingError.inconsistent(what: "cells in a row of '\(table.heading)'", expected: table.columns.count, found: row.count)
        }
        self.content = content
    }

    /// The page's text, UTF-8 when written.
    /// - Throws: `ReportingError.template`, which would be a fault of the program.
    public func html() throws -> String {
        let templates = try ReportTemplates()
        var safe = content
        safe.reference = VisibleText.plain(content.reference, limit: 40)
        var figures = ReportFigures(safe)
        let headline = ReportHeadline(content: safe)
        let method = ReportMethod(content: safe)
        return try templates.render(
            PageView(
                noun: content.columns.noun, nouns: content.columns.nouns, capitalNouns: content.columns.capitalNouns,
                areDirections: content.columns.basis != nil,
                title: VisibleText.plain(content.name, limit: 120), style: templates.style, script: templates.script,
                scriptHash: templates.scriptHash, sentence: headline.sentence, tiles: headline.tiles,
                notices: content.notices.map { VisibleText.plain($0, limit: 1000) }, histogram: figures.histogram(),
                excess: figures.excess(), layers: figures.layers(), matches: figures.matches(),
                domains: DomainsView(safe), families: figures.families(), members: FamiliesView(safe),
                roles: RolesView(safe, figures: &figures),
                entropy: EntropyView(safe, figures: &figures), attention: AttentionView(safe, figures: &figures),
                convergence: figures.convergence(),
                table: ListedNeurons(content: safe).view(),
                budget: ReportBudget(content: safe).view(), tables: content.tables.map(TableView.init),
                reference: safe.reference, isPair: safe.others.count == 1, rotation: method.rotation,
                threshold: NumberFormat.fixed(content.threshold, 2),
                hasErrors: method.freedom != nil, replicates: String(content.replicates), freedom: method.freedom.map(String.init) ?? "",
                quantile: method.quantile, kernelsDiffer: content.provenance.kernels == "any", resolution: method.resolution,
                silent: method.silent, absences: ReportAbsences(content: safe).sentences, facts: method.facts, models: method.models,
                configuration: content.provenance.configuration.map { VisibleText.multiline($0) }), with: "page")
    }
}
