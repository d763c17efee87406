import Models
import Pipeline

/// The names of the pages of a folder, counted from it.
enum PageNames {
    /// The page that leads to all others.
    static let index = "index.html"
    /// The folders of cards, of families and of layers.
    static let cards = "neurons"
    static let families = "families"
    static let layers = "layers"
    /// The folders below the folder of pages.
    static let folders = [cards, families, layers]

    /// A neuron's card.
    static func card(_ neuron: NeuronEntry) -> String { "\(cards)/\(neuron.name).html" }

    /// A family's page.
    static func family(_ family: FeatureFamily) -> String {
        "\(families)/\(family.rawValue.replacing(" ", with: "-")).html"
    }

    /// A layer's page.
    static func layer(_ layer: Int) -> String { "\(layers)/\(layer).html" }

    /// Whether a file in one of the folders has the name of a page of any run: others are somebody else's.
    static func isPage(_ name: String, in folder: String) -> Bool {
        switch folder {
        case cards: name.wholeMatch(of: /[0-9]+\.[a-z]*[0-9]+\.html/) != nil
        case families: FeatureFamily.allCases.contains { family($0) == "\(families)/\(name)" }
        case layers: name.wholeMatch(of: /[0-9]+\.html/) != nil
        default: false
        }
    }
}
