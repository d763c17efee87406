import Foundation

/// What lies in a store while others write it.
extension TinyRun {
    /// The parcels that wait to be folded.
    func staged(in store: String) -> [String] { names("\(store)/staging").filter { $0.hasSuffix(".partial") } }

    /// The sections that are folded.
    func sections(in store: String) -> [String] {
        names("\(store)/sections").filter { name in [".sums", ".top", ".moments", ".tokens"].contains { name.hasSuffix($0) } }
    }

    private func names(_ folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? [] }
}
