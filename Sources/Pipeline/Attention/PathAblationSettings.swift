import Models
import Storage
import SystemPackage

/// What decides the numbers of a path ablation: samples of one and the same settings belong together, over however many rows.
struct PathAblationSettings: Codable, Hashable {
    /// Counts the ways in which paths were measured: samples of another one are none of these.
    private(set) var format = 1
    /// The content hashes of model and rows, and the seed of their draw.
    let model, corpus: Digest
    let seed: UInt64
    /// The kernels that compute.
    let kernels: String
    /// Tokens of a row, and the first position that is looked at.
    let context, first: Int
    /// Rows of a file.
    let batch: Int
    /// What is measured.
    let pairs: [NeuronHead]

    /// Rows of a file: enough for any number of threads, few enough that little is lost when the job is stopped.
    static let usualBatch = 64

    /// The folder of the samples.
    func folder(of run: RunFolder) throws -> FilePath {
        run.pathAblations.appending(String(Digest(of: try JSONFile.encode(self)).hex.prefix(16)))
    }
}
