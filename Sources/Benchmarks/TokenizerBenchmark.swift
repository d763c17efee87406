import Corpus
import Foundation
import Kernels
import SystemPackage

/// Tokenising documents in memory on all threads, against `tokenizers`' encode_batch on the same documents, by turns.
struct TokenizerBenchmark {
    private let configuration: BenchmarkConfiguration
    private static let name = "tokenising", unit = "MB/s"
    /// Enough for a second of work.
    private var byteLimit: Int { configuration.size(quick: 4 << 20, full: 32 << 20) }

    init(_ configuration: BenchmarkConfiguration) { self.configuration = configuration }

    func line() throws -> BenchmarkLine {
        guard let folder = configuration.tokenizer, let corpus = configuration.corpus else {
            return .skipped(Self.name, unit: Self.unit, because: "no tokenizer or no corpus was found")
        }
        let tokenizer = try Tokenizer(folder: folder, matchesSpecialTokens: true)
        let documents = try documents(of: corpus)
        let encoding = BatchEncoding(tokenizer: tokenizer, documents: documents, team: configuration.team)
        let megabytes = Double(documents.reduce(0) { $0 + $1.utf8.count }) / 1e6
        var line = BenchmarkLine(Self.name, unit: Self.unit)
        guard let python = configuration.python, let peers = configuration.peers else {
            let times = try (0...configuration.rounds).map { _ in try encoding.seconds() }
            line.value = megabytes / PairedTimes.median(Array(times.dropFirst()))
            line.note = "tokenizers skipped: " + (configuration.python == nil ? "no --python" : "deploy/bench was not found")
            return line
        }
        let scratch = try ScratchFolder()
        let texts = scratch.path.appending("texts.json")
        try JSONEncoder().encode(documents).write(to: URL(fileURLWithPath: texts.string))
        do {
            let peer = try PeerProcess(
                python: python, folder: peers, script: "tokenizer_peer.py", arguments: [folder.string, texts.string],
                threads: configuration.team.count)
            let times = try PairedTimes.measure(rounds: configuration.rounds, ours: encoding.seconds) { try peer.seconds() }
            line.value = megabytes / times.seconds
            line.against = .peer("tokenizers", megabytes / times.theirSeconds)
            line.ratio = times.ratio
            line.note = "tokenizers \(Int((megabytes / times.theirSeconds).rounded())) MB/s (\(peer.versions))"
            let reference = scratch.path.appending("ids.i32")
            _ = try peer.ask("reference \(reference)")
            line.residual = try encoding.differingShare(from: reference)
            line.tolerance = 0
        } catch BenchmarkError.peerFailed(let script, let reason) {
            let times = try (0...configuration.rounds).map { _ in try encoding.seconds() }
            line.value = megabytes / PairedTimes.median(Array(times.dropFirst()))
            line.note = "tokenizers skipped: \(script): \(reason)"
        }
        return line
    }

    /// The corpus's documents, over and over where it is small, up to the limit.
    private func documents(of path: FilePath) throws -> [String] {
        var documents: [String] = []
        var bytes = 0
        try CorpusSource(path).forEachDocument { document in
            guard bytes < byteLimit else { return }
            documents.append(document.text)
            bytes += document.text.utf8.count
        }
        let once = documents
        while bytes < byteLimit, !once.isEmpty {
            documents += once
            bytes *= 2
        }
        return documents
    }
}

/// Our side: one encoder a thread, documents taken one by one.
private struct BatchEncoding {
    let tokenizer: Tokenizer
    let documents: [String]
    let team: ThreadTeam
    /// Documents of one work item: handing out costs nothing beside them.
    private static let batch = 16

    /// The time of all documents, in seconds; the ids are dropped.
    func seconds() throws -> Double {
        try PairedTimes.seconds { _ = try encode(keeping: false) }
    }

    /// The share of ids that differ from the peer's.
    func differingShare(from reference: FilePath) throws -> Double {
        let ours = try encode(keeping: true).flatMap { $0 }
        let data = try Data(contentsOf: URL(fileURLWithPath: reference.string))
        guard data.count == ours.count * MemoryLayout<Int32>.size else { return 1 }
        let differing = data.withUnsafeBytes { raw in
            ours.indices.count { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self) != ours[$0] }
        }
        return Double(differing) / Double(max(ours.count, 1))
    }

    private func encode(keeping: Bool) throws -> [[Int32]] {
        let items = (documents.count + Self.batch - 1) / Self.batch
        let encoders = EncoderSlots(tokenizer: tokenizer, count: team.count)
        return try team.map(items) { item, thread in
            var ids = TokenBuffer(capacity: 1 << 16)
            for document in documents[item * Self.batch..<min((item + 1) * Self.batch, documents.count)] {
                var document = document
                document.withUTF8 { encoders.encoder(thread).encode($0, into: &ids) }
            }
            return keeping ? ids.withTokens { Array($0) } : []
        }
    }
}
