/// A part of what `bench` measures; each can be measured alone.
public enum BenchmarkPart: String, CaseIterable, Codable, Sendable {
    /// Own elementwise kernels.
    case kernels
    /// Matrix products by tile.
    case products
    /// Cross-products against bare matrix products.
    case crossProducts = "cross-products"
    /// Cross-products of rounded activations against exact ones.
    case int8
    /// A screened run's work and findings against an exact one's.
    case screening
    /// The forward pass.
    case forward
    /// A whole job against the authors' pipeline.
    case authors
    /// What error bars and further draws of the rotations cost.
    case jackknife
    /// A second thread.
    case threads
    /// Coding of partials.
    case wire
    /// The program's start.
    case startUp = "start-up"
    /// Tokenising.
    case tokenising
    /// A coordinator of many workers.
    case coordinator
    /// A reducer's ingest.
    case ingest
    /// What a cluster on one machine costs over one process.
    case overhead

    /// What is said when it begins.
    var title: String {
        switch self {
        case .kernels: "own kernels"
        case .products: "matrix products by tile"
        case .crossProducts: "cross-products"
        case .int8: "cross-products of rounded activations"
        case .screening: "candidate pairs against all pairs"
        case .forward: "forward pass"
        case .authors: "a whole job and the authors' pipeline"
        case .jackknife: "error bars and draws"
        case .threads: "a second thread"
        case .wire: "coding of partials"
        case .startUp: "the program's start"
        case .tokenising: "tokenising"
        case .coordinator: "a coordinator of many workers"
        case .ingest: "a reducer's ingest"
        case .overhead: "what workers and reducers cost on one machine"
        }
    }
}
