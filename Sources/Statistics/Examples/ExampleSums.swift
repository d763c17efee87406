import Storage

/// The strongest examples of one group over some shards of one stratum.
public typealias ExampleSums = StrongestSums<ExampleList>

extension ExampleList {
    /// The checksum of the list's content.
    var digest: Digest {
        var builder = DigestBuilder()
        values.withUnsafeBytes { builder.update($0) }
        for run in [rows, positions, windows] { run.withUnsafeBytes { builder.update($0) } }
        return builder.finalize()
    }
}
