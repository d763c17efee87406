/// The section of domains, as text.
struct DomainsView {
    /// One domain.
    struct Row {
        let name: String
        let tokens: String
        let universal: String
        let only: String
    }

    let sentence: String
    let rows: [Row]

    /// The section; nil for a run whose domains are no strata.
    init?(_ content: ReportContent) {
        guard !content.domains.isEmpty else { return nil }
        let one = content.domains.reduce(0) { $0 + $1.only }
        let few = content.domains.filter { $0.tokens > 0 && $0.unjudged > 0 }
            .map { "\(NumberFormat.integer($0.unjudged)) in \(VisibleText.plain($0.name, limit: 80))" }
        let (noun, nouns) = (content.columns.noun, content.columns.nouns)
        sentence =
            "\(ReportWords.count(one, noun)) of \(NumberFormat.integer(content.neuronCount)) \(one == 1 ? "is" : "are") universal in one "
            + "domain only. Excess correlation, its baseline and its error are over the domain’s tokens alone; domains.csv has them for each "
            + "\(noun). With fewer tokens errors are larger, and a \(noun) that hardly varies in a domain cannot be universal there."
            + (few.isEmpty
                ? ""
                : " Of some \(nouns) the baseline is so high for want of tokens that nothing is said there: \(ReportWords.list(few)).")
        rows = content.domains.map { domain in
            Row(
                name: VisibleText.plain(domain.name, limit: 80), tokens: NumberFormat.integer(domain.tokens),
                universal: domain.tokens == 0 ? "–" : FigureText.count(domain.universal),
                only: domain.tokens == 0 ? "–" : NumberFormat.integer(domain.only))
        }
    }
}
