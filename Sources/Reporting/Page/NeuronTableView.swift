/// The table of neurons, as text.
struct NeuronTableView {
    let heading: String
    /// Which neurons it lists and why, as HTML.
    let note: String
    let legend: String
    let partners: [String]
    let layers: [String]
    let families: [String]
    let roles: [String]
    let hasExplanations: Bool
    let hasRoles: Bool
    let rows: [NeuronView]
    // Stored, not computed: the template engine sees stored properties only.
    let hasRows: Bool
    let hasExamples: Bool
    /// Whether there are both universal neurons and others.
    let isMixed: Bool
}
