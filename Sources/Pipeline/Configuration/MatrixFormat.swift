/// In which form the correlation matrices are written beside the tables.
public enum MatrixFormat: String, Codable, Hashable, Sendable, CaseIterable {
    /// No matrices.
    case none
    /// Half precision: half the size, ±5·10⁻⁴ at 1.
    case float16
    /// Single precision.
    case float32
}
