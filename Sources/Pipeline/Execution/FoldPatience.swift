import Glibc
import Statistics
import Storage
import SystemPackage

/// Looking again at a store that another process folds into, until its blocks are of one moment.
///
/// Shards are folded into one block after the other: for a while some blocks have them and others do not. Where nobody folds, waiting
/// changes nothing.
struct FoldPatience {
    /// Seconds between looks, some ten seconds together: at first as little as a small fold takes. Whoever wants to wait longer asks again.
    static let pauses = [0.05, 0.1, 0.2, 0.4, 0.8] + Array(repeating: 1.0, count: 8)

    /// Lets so many seconds pass.
    var pause: (_ seconds: Double) throws -> Void = { usleep(UInt32($0 * 1_000_000)) }

    /// What is seen once the blocks are of one moment.
    ///
    /// - Parameters:
    ///   - store: what is looked at.
    ///   - folder: the run's.
    ///   - look: looks at the store, each time as it is then.
    /// - Throws: `StatisticsError.unevenShards` where nobody folds; `PipelineError.foldGoesOn` where the fold takes too long, `.stopped`; what
    ///   `look` throws else.
    func settled<Result>(_ store: StatisticsStore, in folder: FilePath, stop: StopRequest, _ look: () throws -> Result) throws -> Result {
        var pauses = Self.pauses.makeIterator()
        var mayHaveEnded = true
        while true {
            do {
                return try look()
            } catch let error as StatisticsError where Self.isOfFold(error) {
                try stop.check()
                if let holder = ([store.folder] + store.others).lazy.compactMap({ FolderLock.holder(of: $0) }).first {
                    guard let seconds = pauses.next() else { throw PipelineError.foldGoesOn(folder: folder, holder: holder) }
                    mayHaveEnded = true
                    try pause(seconds)
                } else {
                    // A fold may have ended since the look; after one more, that is not the reason.
                    guard mayHaveEnded else { throw error }
                    mayHaveEnded = false
                }
            }
        }
    }

    /// Whether an error may be gone once a fold is over.
    private static func isOfFold(_ error: StatisticsError) -> Bool {
        switch error {
        case .unevenShards, .changedMeanwhile: true
        default: false
        }
    }
}
