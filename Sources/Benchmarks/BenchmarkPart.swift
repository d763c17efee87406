/// A part of what `bench` measures; each can be measured alone.
public enum BenchmarkPart: String, CaseIterable, Sendable {
    /// Own elementwise kernels.
    case kernels
    /// Matrix products by tile.
    case products
    /// Cross-products against bare matrix products.
    case crossProducts = "cross-products"
    /// The forward pass.
    case forward
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
        case .forward: "forward pass"
        case .tokenising: "tokenising"
        case .coordinator: "a coordinator of many workers"
        case .ingest: "a reducer's ingest"
        case .overhead: "what workers and reducers cost on one machine"
        }
    }
}
