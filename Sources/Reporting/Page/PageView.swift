import Foundation

/// Everything that the page's template names, as text.
struct PageView {
    /// A tile of the headline.
    struct Tile {
        let label: String
        let value: String
        /// What follows "±".
        var error: String?
        let note: String

        /// A tile of a text such as "7 ± 1.3".
        init(label: String, value: String, note: String) {
            self.label = label
            let parts = value.components(separatedBy: " ± ")
            self.value = parts[0]
            error = parts.count > 1 ? parts[1] : nil
            self.note = note
        }
    }

    /// The table of models.
    struct Models {
        let rows: [ModelRow]
    }

    /// A row of the table of models.
    struct ModelRow {
        let id: String
        let layers: String
        let neurons: String
        let path: String
        let digest: String
    }

    /// What a column is, and what several are, also at the beginning of a sentence.
    let noun, nouns, capitalNouns: String
    /// Whether they are no neurons.
    let areDirections: Bool
    let title: String
    let style: String
    let script: String
    let scriptHash: String
    let sentence: String
    let tiles: [Tile]
    let notices: [String]
    let histogram: FigureView?
    let excess: FigureView?
    let layers: FigureView?
    let matches: FigureView?
    let domains: DomainsView?
    let families: FigureView?
    let members: FamiliesView?
    let roles: RolesView?
    let entropy: EntropyView?
    let attention: AttentionView?
    let convergence: FigureView?
    let table: NeuronTableView
    let budget: BudgetView
    let tables: [TableView]
    let reference: String
    /// Whether there is one other model alone.
    let isPair: Bool
    let rotation: String
    let threshold: String
    let hasErrors: Bool
    let replicates: String
    let freedom: String
    let quantile: String
    let kernelsDiffer: Bool
    let resolution: String?
    let silent: String
    /// What the report does not have, as HTML.
    let absences: [String]
    let facts: [ReportedFact]
    let models: Models?
    let configuration: String?
}
