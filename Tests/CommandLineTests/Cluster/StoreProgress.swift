import Foundation

/// How far the reducers of a run are, by the files that have come into their stores: parcels first, then sections.
struct StoreProgress {
    private let folders: [String]
    private var seen: Set<String> = []

    /// - Parameter stores: the reducers'.
    init(of stores: [URL]) {
        folders = stores.flatMap { store in ["staging", "sections"].map { store.appendingPathComponent($0).path } }
    }

    /// Files that have been there until now, also those that are gone again.
    mutating func look() -> Int {
        for folder in folders {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where !name.hasSuffix(".part") {
                seen.insert("\(folder)/\(name)")
            }
        }
        return seen.count
    }
}
