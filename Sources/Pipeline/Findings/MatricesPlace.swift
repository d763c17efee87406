/// Where the correlations of a group's blocks were written.
public enum MatricesPlace: Codable, Hashable, Sendable {
    /// Nowhere: the run asks for none.
    case none
    /// In the run's folder.
    case run
    /// In the store of a reducer, from where `gather` brings them.
    case store(host: String, folder: String)
}
