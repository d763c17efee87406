import Kernels
import SystemPackage

/// What `bench` measures, and with what.
public struct BenchmarkConfiguration: Sendable {
    /// Smaller sizes and fewer rounds: a few minutes in place of half an hour or more.
    public var quick: Bool
    /// What is measured.
    public var parts = Set(BenchmarkPart.allCases)
    /// The threads of both sides.
    public var threads: Int
    /// The Python with torch, transformers and tokenizers that runs the peers; nil skips the comparisons with them.
    public var python: FilePath?
    /// The folder with the peers' scripts.
    public var peers: FilePath?
    /// The tokenizer that tokenising is measured with.
    public var tokenizer: FilePath?
    /// The corpus that it is measured on.
    public var corpus: FilePath?
    /// The configuration of the demo, whose partials are coded.
    public var demo: FilePath?
    /// This program, whose coordinator and reducer are measured as processes of their own; nil leaves them out.
    public var program: FilePath?

    /// The configuration of `bench` without options: all cores of this process, the demo's tokenizer and corpus, the peers in
    /// `deploy/bench`, each where it can be found from the working folder or the executable upwards.
    public init(quick: Bool = false, threads: Int = ThreadTeam.coresOfThisProcess, python: FilePath? = nil, program: FilePath? = nil) {
        self.quick = quick
        self.threads = threads
        self.python = python
        self.program = program
        peers = ProjectFiles.find("deploy/bench")
        tokenizer = ProjectFiles.find("configs/demo/tokenizer")
        corpus = ProjectFiles.find("configs/demo/corpus.jsonl.zst")
        demo = ProjectFiles.find("configs/demo.yaml")
    }

    var team: ThreadTeam { ThreadTeam(count: max(1, threads)) }
    /// The command that measures this. Of paths it names none: a report is handed around, the machine's folders are nobody's business.
    var command: String {
        var words = ["universal-neurons", "bench"]
        if quick { words.append("--quick") }
        let asked = BenchmarkPart.allCases.filter(parts.contains)
        if asked.count < BenchmarkPart.allCases.count { words += asked.flatMap { ["--only", $0.rawValue] } }
        words += ["--threads", "\(team.count)"]
        if python != nil { words += ["--python", "PYTHON"] }
        return words.joined(separator: " ")
    }
    /// Rounds of a paired measurement; medians are taken.
    var rounds: Int { size(quick: 3, full: 7) }

    /// The size of something that is measured.
    func size<Size>(quick: Size, full: Size) -> Size { self.quick ? quick : full }
}
