/// The ratios that scripts and checks rely on; null where not measured. Above 1 we are faster, except where a ratio is a cost.
public struct BenchmarkRatios: Codable, Sendable, Hashable {
    /// Cross-products with rounding and accumulation, against bare SGEMM on the same threads in the tiles that are fastest.
    public var crossProductsVsSgemm: Double?
    /// GPT-2's forward pass without logits against Hugging Face's on PyTorch, same threads, float32.
    public var forwardVsPyTorch: Double?
    /// Tokenising against `tokenizers`' encode_batch, same threads.
    public var tokenizerVsTokenizers: Double?
    /// A whole job, five models, four pairs, with what the peer computes, against the authors' pipeline as it is, same threads.
    public var jobVsAuthors: Double?
    /// The same against that pipeline with nothing but float32.
    public var jobVsAuthorsFloat32Sums: Double?
    /// Cross-products of rounded activations against the exact ones, same values and threads.
    public var int8CrossProductsVsExact: Double?
    /// A whole job of rounded activations against the exact one, same models, tokens and threads.
    public var int8JobVsExact: Double?
    /// Operations of an exact run of five GPT-2 small over 100M tokens against those of a screened one, pilot included: arithmetic.
    public var screeningWorkVsExact: Double?
    /// Bytes an entry on the wire against the entries' empirical entropy: a cost.
    public var wireVsEntropy: Double?
    /// A whole job on two threads against one.
    public var secondThread: Double?
    /// Processor seconds a second that a coordinator spends on 1,000 workers with tasks of a minute, over tcp with keys: a cost.
    public var coordinatorCPUShare: Double?
    /// A reducer's ingest, up to its acknowledgement, against writing and syncing the same bytes in the same pieces.
    public var ingestVsDisk: Double?
    /// The demo's time with two workers and a reducer over its time in one process, on the same threads: a cost.
    public var clusterVsPlain: Double?

    /// Names of the contract, those that nothing measures yet among them.
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case crossProductsVsSgemm = "cross_products_vs_sgemm"
        case forwardVsPyTorch = "forward_vs_pytorch"
        case tokenizerVsTokenizers = "tokenizer_vs_tokenizers"
        case jobVsAuthors = "job_vs_authors"
        case jobVsAuthorsFloat32Sums = "job_vs_authors_float32_sums"
        case int8CrossProductsVsExact = "int8_cross_products_vs_exact"
        case int8JobVsExact = "int8_job_vs_exact"
        case screeningWorkVsExact = "screening_work_vs_exact"
        case wireVsEntropy = "wire_vs_entropy"
        case secondThread = "second_thread"
        case coordinatorCPUShare = "coordinator_cpu_share"
        case ingestVsDisk = "ingest_vs_disk"
        case clusterVsPlain = "cluster_vs_plain"
    }

    /// No ratio is known yet.
    public init() {}

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        crossProductsVsSgemm = try container.decodeIfPresent(Double.self, forKey: .crossProductsVsSgemm)
        forwardVsPyTorch = try container.decodeIfPresent(Double.self, forKey: .forwardVsPyTorch)
        tokenizerVsTokenizers = try container.decodeIfPresent(Double.self, forKey: .tokenizerVsTokenizers)
        jobVsAuthors = try container.decodeIfPresent(Double.self, forKey: .jobVsAuthors)
        jobVsAuthorsFloat32Sums = try container.decodeIfPresent(Double.self, forKey: .jobVsAuthorsFloat32Sums)
        int8CrossProductsVsExact = try container.decodeIfPresent(Double.self, forKey: .int8CrossProductsVsExact)
        int8JobVsExact = try container.decodeIfPresent(Double.self, forKey: .int8JobVsExact)
        screeningWorkVsExact = try container.decodeIfPresent(Double.self, forKey: .screeningWorkVsExact)
        wireVsEntropy = try container.decodeIfPresent(Double.self, forKey: .wireVsEntropy)
        secondThread = try container.decodeIfPresent(Double.self, forKey: .secondThread)
        coordinatorCPUShare = try container.decodeIfPresent(Double.self, forKey: .coordinatorCPUShare)
        ingestVsDisk = try container.decodeIfPresent(Double.self, forKey: .ingestVsDisk)
        clusterVsPlain = try container.decodeIfPresent(Double.self, forKey: .clusterVsPlain)
    }

    /// Writes the keys of `bench --json`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        for key in CodingKeys.allCases { try container.encodeNil(forKey: key) }
        try container.encode(crossProductsVsSgemm, forKey: .crossProductsVsSgemm)
        try container.encode(forwardVsPyTorch, forKey: .forwardVsPyTorch)
        try container.encode(tokenizerVsTokenizers, forKey: .tokenizerVsTokenizers)
        try container.encode(jobVsAuthors, forKey: .jobVsAuthors)
        try container.encode(jobVsAuthorsFloat32Sums, forKey: .jobVsAuthorsFloat32Sums)
        try container.encode(int8CrossProductsVsExact, forKey: .int8CrossProductsVsExact)
        try container.encode(int8JobVsExact, forKey: .int8JobVsExact)
        try container.encode(screeningWorkVsExact, forKey: .screeningWorkVsExact)
        try container.encode(wireVsEntropy, forKey: .wireVsEntropy)
        try container.encode(secondThread, forKey: .secondThread)
        try container.encode(coordinatorCPUShare, forKey: .coordinatorCPUShare)
        try container.encode(ingestVsDisk, forKey: .ingestVsDisk)
        try container.encode(clusterVsPlain, forKey: .clusterVsPlain)
    }
}
