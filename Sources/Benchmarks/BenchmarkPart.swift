/// A part of what `bench` measures; each can be measured alone.
public enum BenchmarkPart: String, CaseIterable, Codable, Sendable {
    /// Own elementwise kernels.
    case kernels
    /// Matrix products by tile.
    case products
    /// Cross-products against bare matrix products.
    case crossProducts = "cross-products"
    /// Cosines of neurons with a vocabulary against bare matrix products.
    case weights
    /// Cross-products of rounded activations against exact ones.
    case int8
    /// A screened run's work and findings against an exact one's.
    case screening
    /// The forward pass.
    case forward
    /// Changes of neurons that share their work.
    case interventions
    /// A whole job against the authors' pipeline.
    case authors
    /// What error bars and further draws of the rotations cost.
    case jackknife
    /// Time, memory, disk and wire that `plan` predicts.
    case prediction
    /// A second thread.
    case threads
    /// A worker's memory against what it offered.
    case memory
    /// An analysis of a large store with little memory.
    case analysis
    /// Coding of partials.
    case wire
    /// The program's start.
    case startUp = "start-up"
    /// Tokenising.
    case tokenising
    /// A coordinator of many workers.
    case coordinator
    /// What must not grow with tasks and text.
    case scale
    /// A reducer's ingest.
    case ingest
    /// What a cluster on one machine costs over one process.
    case overhead
    /// The demo, from nothing to its report.
    case demo

    /// What is said when it begins.
    var title: String {
        switch self {
        case .kernels: "own kernels"
        case .products: "matrix products by tile"
        case .crossProducts: "cross-products"
        case .weights: "cosines of neurons with a vocabulary"
        case .int8: "cross-products of rounded activations"
        case .screening: "candidate pairs against all pairs"
        case .forward: "forward pass"
        case .interventions: "changes of neurons that share their work"
        case .authors: "a whole job and the authors' pipeline"
        case .jackknife: "error bars and draws"
        case .prediction: "what plan predicts"
        case .threads: "a second thread"
        case .memory: "a worker's memory"
        case .analysis: "an analysis with little memory"
        case .wire: "coding of partials"
        case .startUp: "the program's start"
        case .tokenising: "tokenising"
        case .coordinator: "a coordinator of many workers"
        case .scale: "many tasks and much text"
        case .ingest: "a reducer's ingest"
        case .overhead: "what workers and reducers cost on one machine"
        case .demo: "the whole demo"
        }
    }
}
