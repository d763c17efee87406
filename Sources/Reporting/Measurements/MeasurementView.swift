/// Everything that the template of a benchmark's page names, as text.
struct MeasurementView {
    /// A group of lines.
    struct Group {
        let title: String
        let rows: [Row]
    }

    /// A line.
    struct Row {
        let name: String
        let note: String?
        let value: String
        let unit: String
        let reference: String
        let ratio: String
        let aim: Verdict?
        let residual: Verdict?
    }

    /// Something that is held against a bound, in words: no reader depends on a colour.
    struct Verdict {
        let text: String
        let word: String
        /// The class of its colour.
        let style: String
    }

    /// An aim.
    struct Aim {
        let what: String
        let aim: String
        let found: String
        let verdict: Verdict
        let note: String
    }

    let title: String
    let style: String
    let sentence: String
    let tiles: [PageView.Tile]
    let notices: [String]
    let groups: [Group]
    let figures: [FigureView]
    let aims: [Aim]
    let facts: [ReportedFact]
    // Stored, not computed: the template engine sees stored properties only.
    let hasFigures: Bool
    let hasAims: Bool
    let hasGroups: Bool
}
