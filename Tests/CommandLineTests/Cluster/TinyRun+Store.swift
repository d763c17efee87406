import Foundation

/// What lies in a store while others write it.
extension TinyRun {
    /// The parcels that wait to be folded.
    func staged(in store: String) -> [String] { names("\(store)/staging").filter { $0.hasSuffix(".partial") } }

    /// The sections that are folded.
    func sections(in store: String) -> [String] {
        names("\(store)/sections").filter { name in [".sums", ".top", ".moments", ".tokens"].contains { name.hasSuffix($0) } }
    }

    /// Leases of the run in `out` that were given and have not ended, by its ledger; 0 while there is none.
    func openLeases() throws -> Int {
        let events = try program("events", "out", "--json")
        guard events.status == 0 else { return 0 }
        let lines = events.output.split(separator: "\n")
        return lines.count { $0.contains("lease_granted") } - lines.count { $0.contains("lease_ended") }
    }

    private func names(_ folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? [] }
}
