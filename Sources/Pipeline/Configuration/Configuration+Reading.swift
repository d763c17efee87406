import Analysis
import Checkpoints
import Corpus
import Foundation
import Kernels
import Statistics
import SystemPackage

extension Configuration {
    /// The keys of the file's top level, in the order of the documentation.
    static let keys = [
        "name", "corpus", "tokens", "models", "pairs", "layers", "columns", "features", "matrices", "precision", "kernels", "resolution",
        "shard",
        "replicates", "strata", "rotations", "threshold", "chunk", "calibration", "examples", "moments", "memory", "threads",
    ]
    static let corpusKeys = [
        "path", "text", "domain", "tokenizer", "context", "mask", "minimum_characters", "separator", "special_tokens", "seed", "labels",
    ]
    static let rotationKeys = ["kind", "draws", "seed"]
    static let layerKeys = ["band"]
    static let columnKeys = ["rotated", "principal"]
    static let rotatedKeys = ["kind", "seed"]
    static let principalKeys = ["components", "from"]
    static let modelKeys = ["id", "path", "steps"]
    static let pairKeys = ["groups", "within"]
    static let precisionKeys = ["int8", "screening"]
    static let screeningKeys = ["pilot", "candidates", "confidence"]
    static let exampleKeys = ["count", "before", "after"]
    static let momentKeys = ["maxima", "means"]
    static let featureKeys = ["unigram_share", "topics", "models"]
    /// What people may look for at the top level and commands have instead: how a run is started, which is no part of a study.
    static let options = [
        "audit": "--audit", "retries": "--retries", "crash_limit": "--crash-limit", "lease_timeout": "--lease-timeout",
        "workers": "--workers", "reducers": "--reducers", "output": "--output", "listen": "--listen", "keys": "--keys",
    ]
    /// Keys of deeper levels with their way from the root, to say where one belongs that stands at the top.
    static let nestedKeys =
        corpusKeys.map { "corpus.\($0)" } + rotationKeys.map { "rotations.\($0)" } + exampleKeys.map { "examples.\($0)" }
        + momentKeys.map { "moments.\($0)" }
        + featureKeys.map { "features.\($0)" } + pairKeys.map { "pairs.\($0)" } + layerKeys.map { "layers.\($0)" }
        + precisionKeys.map { "precision.\($0)" } + screeningKeys.map { "precision.screening.\($0)" }
        + columnKeys.map { "columns.\($0)" } + principalKeys.map { "columns.principal.\($0)" }

    /// Reads and checks a configuration file.
    ///
    /// - Throws: a `PipelineError` that names file, line and key whenever the file cannot be read, is not YAML, has an unknown,
    ///   repeated or missing key, or a value that cannot be used.
    public static func load(_ file: FilePath) throws -> Configuration {
        try parse(ConfigurationFile.text(of: file), file: file)
    }

    /// Checks the text of a configuration that stands, or would stand, in `file`.
    ///
    /// - Throws: as `load`.
    public static func parse(_ text: String, file: FilePath) throws -> Configuration {
        let root = try ConfigurationFile.document(text, file: file)
            .mapping(known: keys, expected: "a mapping of keys to values", elsewhere: nestedKeys)
        let folder = FilePath(FileManager.default.currentDirectoryPath).pushing(file).removingLastComponent()

        var configuration = Configuration(
            name: try root["name"].map(name) ?? file.stem ?? "run",
            corpus: try corpus(root.required("corpus", "a mapping with path, tokenizer and context"), folder: folder),
            tokens: try root.required("tokens", TokenBudget.expected).quantity(TokenBudget.expected, TokenBudget.init(parsing:)),
            models: [])
        let listed = try ModelListing(root.required("models", "a list of models"), folder: folder)
        (configuration.models, configuration.pairs) = try listed.expanded(
            pairs: root["pairs"].map { try pairs($0, of: listed) } ?? .reference)
        if let value = root["layers"] { configuration.layers = try layers(value) }
        if let value = root["columns"] { configuration.columns = try columns(value) }
        if let value = root["features"] {
            configuration.features = try features(value, of: configuration.corpus, folder: folder)
        }
        if let value = root["matrices"] { configuration.matrices = try value.choice() }
        if let value = root["precision"] { configuration.precision = try precision(value) }
        if let value = root["kernels"] { configuration.kernels = try value.choice() }
        if let value = root["resolution"] {
            configuration.resolution = try value.quantity(Resolution.expected, Resolution.init(parsing:))
        }
        if let value = root["shard"] { configuration.shard = try value.quantity(ShardSize.expected, ShardSize.init(parsing:)) }
        if let value = root["replicates"] { configuration.replicates = try value.integer(ConfigurationRanges.replicates) }
        if let value = root["strata"] { configuration.strata = try value.choice() }
        if let value = root["rotations"] { configuration.rotations = try rotations(value) }
        if let value = root["threshold"] { configuration.threshold = try value.number(ConfigurationRanges.threshold) }
        if let value = root["chunk"] { configuration.chunk = try value.integer(ConfigurationRanges.chunk) }
        if let value = root["calibration"] { configuration.calibration = try calibration(value) }
        if let value = root["examples"] { configuration.examples = try examples(value) }
        if let value = root["moments"] { configuration.moments = try moments(value) }
        if configuration.columns != nil {
            try checkDirections(moments: root["moments"])
            configuration.moments = nil
        }
        if let value = root["memory"] { configuration.memory = try value.quantity(MemorySize.expected, MemorySize.init(parsing:)) }
        if let value = root["threads"] { configuration.threads = try value.integer(ConfigurationRanges.threads) }
        return configuration
    }

    private static func name(_ value: ConfigurationValue) throws -> String {
        let name = try value.text("the name of the run")
        guard name.unicodeScalars.count <= 200, !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw value.invalid("it is no name of a run", remedy: "give a name of one line and at most 200 characters")
        }
        return name
    }

    private static func corpus(_ value: ConfigurationValue, folder: FilePath) throws -> CorpusConfiguration {
        let keys = try value.mapping(known: corpusKeys, expected: "a mapping with path, tokenizer and context", elsewhere: Self.keys)
        var corpus = CorpusConfiguration(path: try keys.required("path", "the path of the corpus").path(relativeTo: folder))
        corpus.tokenizer = try keys["tokenizer"]?.folder(relativeTo: folder)
        corpus.fields = try fields(keys, isTokenArray: corpus.isTokenArray)
        // 2: BOS and one token of text.
        let least = corpus.isTokenArray ? ConfigurationRanges.context.lowerBound : 2
        corpus.context = try keys["context"]?.integer(least...ConfigurationRanges.context.upperBound)
        if !corpus.isTokenArray {
            _ = try keys.required("tokenizer", "the folder of the tokenizer")
            _ = try keys.required("context", "the number of tokens in a row")
        }
        if let mask = keys["mask"] { corpus.mask = try self.mask(mask) }
        if corpus.tokenizer == nil, corpus.mask.contains(.newline) {
            let reason = "which token is a newline only a tokenizer knows"
            if let item = try keys["mask"]?.list(MaskEntry.expected).first(where: { $0.scalar == "newline" }) {
                throw item.invalid(reason, remedy: "write the newline's token id in its place, leave it out, or give corpus.tokenizer")
            }
            throw value.invalid(
                "where it says nothing else, its mask is [bos, newline], and \(reason)",
                remedy: "give corpus.mask, with token ids or [] for none, or corpus.tokenizer")
        }
        if let value = keys["minimum_characters"] { corpus.minimumCharacters = try value.integer(ConfigurationRanges.minimumCharacters) }
        if let value = keys["separator"] { corpus.separator = try value.choice() }
        if let value = keys["special_tokens"] { corpus.specialTokens = try value.boolean() }
        if let value = keys["seed"] { corpus.seed = try value.seed() }
        corpus.labels = try keys["labels"]?.path(relativeTo: folder)
        return corpus
    }

    private static func fields(_ keys: ConfigurationMapping, isTokenArray: Bool) throws -> DocumentFields {
        func way(_ key: String, else standard: [String]) throws -> [String] {
            guard let value = keys[key] else { return standard }
            if isTokenArray { throw value.invalid("the corpus is token ids, which have no text", remedy: "remove it") }
            guard let way = DocumentFields.way(try value.text("the name of a member of each line")) else {
                throw value.invalid(
                    "it is no way to a member of a line", remedy: "write names with dots between them, such as meta.source")
            }
            return way
        }
        let fields = DocumentFields(
            text: try way("text", else: DocumentFields.pile.text), domain: try way("domain", else: DocumentFields.pile.domain))
        if let problem = fields.problem, let value = keys["domain"] ?? keys["text"] {
            throw value.invalid(problem, remedy: "name two members, neither within the other")
        }
        return fields
    }

    private static func mask(_ value: ConfigurationValue) throws -> [MaskEntry] {
        var mask: [MaskEntry] = []
        for item in try value.list("a list of \(MaskEntry.expected), [] for none") {
            let text = try item.text(MaskEntry.expected)
            guard let entry = MaskEntry(text) else {
                throw item.invalid("it must be \(MaskEntry.expected)", remedy: "give a list such as [bos, newline], or [] for none")
            }
            if !mask.contains(entry) { mask.append(entry) }
        }
        return mask
    }

    private static func features(_ value: ConfigurationValue, of corpus: CorpusConfiguration, folder: FilePath) throws -> FeatureSettings {
        var features = FeatureSettings()
        let expected = "default, none or a mapping with \(featureKeys.joined(separator: ", "))"
        switch value.scalar {
        case "default": break
        case "none":
            guard corpus.labels == nil else {
                throw value.invalid("corpus.labels are features, and there are none", remedy: "write default, or remove corpus.labels")
            }
            features.isEnabled = false
        case .some: throw value.invalid("it must be \(expected)", remedy: "write default or none")
        case nil:
            let keys = try value.mapping(known: featureKeys, expected: expected)
            if let topics = keys["topics"] {
                guard corpus.tokenizer != nil else {
                    throw topics.invalid("what a token says only a tokenizer knows", remedy: "give corpus.tokenizer, or remove it")
                }
                features.topics = try topics.path(relativeTo: folder)
            }
            if let share = keys["unigram_share"] { features.unigramShare = try share.number(ConfigurationRanges.unigramShare) }
            if let models = keys["models"] { features.models = try models.choice() }
        }
        return features
    }

    private static func layers(_ value: ConfigurationValue) throws -> LayerSelection? {
        let expected = "all, or a mapping with band"
        switch value.scalar {
        case "all": return nil
        case .some: throw value.invalid("it must be \(expected)", remedy: "write all, or {band: 2} for layers at most 2 apart")
        case nil:
            let keys = try value.mapping(known: layerKeys, expected: expected)
            let band = try keys.required("band", "how many layers apart layers are compared")
            return LayerSelection(band: try band.integer(ConfigurationRanges.band))
        }
    }

    private static func precision(_ value: ConfigurationValue) throws -> StatisticsPrecision {
        switch value.scalar {
        case "exact": return .exact
        case "int8": return .int8(nil)
        case "screening": return .screening(ScreeningSettings())
        case let other?:
            throw value.invalid(
                "it must be \(StatisticsPrecision.expected)",
                remedy: "write '\(NearestName.of(other, among: StatisticsPrecision.names) ?? "exact")' if that was meant")
        case nil:
            let keys = try value.mapping(known: precisionKeys, expected: StatisticsPrecision.expected)
            if let screening = keys["screening"] {
                if let bits = keys["int8"] {
                    throw bits.invalid("the run is screened already", remedy: "keep one of int8 and screening")
                }
                return .screening(try self.screening(screening))
            }
            let bits = try keys.required("int8", "the bits of an activation: 7, or 8 where every machine has VNNI")
            let range = QuantisedBits.seven.rawValue...QuantisedBits.eight.rawValue
            return .int8(QuantisedBits(rawValue: try bits.integer(range)))
        }
    }

    private static func screening(_ value: ConfigurationValue) throws -> ScreeningSettings {
        let keys = try value.mapping(known: screeningKeys, expected: "a mapping with pilot, candidates and confidence")
        var screening = ScreeningSettings()
        if let pilot = keys["pilot"] {
            screening.pilot = try pilot.quantity(TokenCount.expected) { try TokenCount(parsing: $0).value }
            guard ConfigurationRanges.pilot.contains(screening.pilot) else {
                throw pilot.invalid("it is not from 1 to 1B tokens", remedy: "give a number of tokens such as 200k")
            }
        }
        if let candidates = keys["candidates"], candidates.scalar != "auto" {
            screening.candidates = try candidates.integer(ConfigurationRanges.candidates)
        }
        if let confidence = keys["confidence"] { screening.confidence = try confidence.number(ConfigurationRanges.confidence) }
        return screening
    }

    private static func rotations(_ value: ConfigurationValue) throws -> RotationSettings {
        let keys = try value.mapping(known: rotationKeys, expected: "a mapping with kind, draws and seed")
        var rotations = RotationSettings()
        if let kind = keys["kind"] { rotations.kinds = try rotationKinds(kind) }
        if let draws = keys["draws"] { rotations.draws = try draws.integer(ConfigurationRanges.draws) }
        if let seed = keys["seed"] { rotations.seed = try seed.seed() }
        return rotations
    }

    /// One kind, `both`, or a list, whose first kind is the one that excess correlation is measured against.
    private static func rotationKinds(_ value: ConfigurationValue) throws -> [RotationKind] {
        if let name = value.scalar {
            if name == RotationSettings.both { return RotationKind.allCases }
            if let kind = RotationKind(rawValue: name) { return [kind] }
            let names = RotationKind.allCases.map(\.rawValue) + [RotationSettings.both]
            throw value.invalid(
                "it must be \(PipelineError.alternatives(names))",
                remedy: "write '\(NearestName.of(name, among: names) ?? RotationSettings.both)' if that was meant")
        }
        var kinds: [RotationKind] = []
        for item in try value.list("gaussian, orthogonal, both or a list of kinds") {
            let kind: RotationKind = try item.choice()
            guard !kinds.contains(kind) else { throw item.invalid("it stands in the list twice", remedy: "name each kind once") }
            kinds.append(kind)
        }
        guard !kinds.isEmpty else { throw value.invalid("it names no kind", remedy: "write gaussian, orthogonal or both") }
        return kinds
    }

    private static func calibration(_ value: ConfigurationValue) throws -> Int {
        let count = try value.quantity(TokenCount.expected) { try TokenCount(parsing: $0).value }
        guard ConfigurationRanges.calibration.contains(count) else {
            throw value.invalid("it is not from 2 to 100M tokens", remedy: "give a number of tokens such as 16_384")
        }
        return count
    }

    private static func examples(_ value: ConfigurationValue) throws -> ExampleSettings {
        var examples = ExampleSettings()
        if value.scalar == "none" {
            examples.count = 0
            return examples
        }
        let keys = try value.mapping(known: exampleKeys, expected: "a mapping with count, before and after, or none")
        if let count = keys["count"] { examples.count = try count.integer(ConfigurationRanges.examples) }
        if let before = keys["before"] { examples.before = try before.integer(ConfigurationRanges.exampleTokens) }
        if let after = keys["after"] { examples.after = try after.integer(ConfigurationRanges.exampleTokens) }
        return examples
    }

    private static func moments(_ value: ConfigurationValue) throws -> MomentSettings? {
        if value.scalar == "none" { return nil }
        var moments = MomentSettings()
        let keys = try value.mapping(known: momentKeys, expected: "a mapping with maxima and means, or none")
        if let maxima = keys["maxima"] { moments.maxima = try maxima.integer(ConfigurationRanges.maxima) }
        if let means = keys["means"] {
            let count = try means.integer(0...ConfigurationRanges.means.upperBound)
            moments.means = count > 0 ? count : nil
        }
        return moments
    }
}
