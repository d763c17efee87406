/// Values from the command line or the environment that go before those of the configuration file.
///
/// ```swift
/// let overrides = arguments.over(try ConfigurationOverrides(environment: ProcessInfo.processInfo.environment))
/// let configuration = try Configuration.load(path).applying(overrides)
/// ```
public struct ConfigurationOverrides: Hashable, Sendable {
    /// The budget (`--tokens`, `UN_TOKENS`).
    public var tokens: TokenBudget?
    /// Compute threads (`--threads`, `UN_THREADS`).
    public var threads: Int?
    /// Memory limit (`--memory`, `UN_MEMORY`).
    public var memory: MemorySize?

    /// Overrides nothing that is not given.
    public init(tokens: TokenBudget? = nil, threads: Int? = nil, memory: MemorySize? = nil) {
        self.tokens = tokens
        self.threads = threads
        self.memory = memory
    }

    /// Reads `UN_TOKENS`, `UN_THREADS` and `UN_MEMORY`; an empty variable is one that is not set.
    ///
    /// - Throws: `PipelineError.invalidEnvironment` for a value that the configuration would refuse too.
    public init(environment: [String: String]) throws {
        func value<Value>(_ name: String, _ parse: (String) throws -> Value) throws -> Value? {
            guard let text = environment[name], !text.isEmpty else { return nil }
            do {
                return try parse(text)
            } catch PipelineError.invalidQuantity(let value, let reason, let expected) {
                throw PipelineError.invalidEnvironment(name: name, value: value, reason: reason, expected: expected)
            }
        }
        tokens = try value("UN_TOKENS") { try TokenBudget(parsing: $0) }
        threads = try value("UN_THREADS", Self.threads(parsing:))
        memory = try value("UN_MEMORY") { try MemorySize(parsing: $0) }
    }

    /// Reads a number of threads.
    ///
    /// - Throws: `PipelineError.invalidQuantity` when the text is no whole number from 1 to 1,024.
    public static func threads(parsing text: String) throws -> Int {
        guard let count = Int(text), (1...1_024).contains(count) else {
            throw PipelineError.invalidQuantity(
                value: text, reason: "is not a number of threads", expected: "a whole number from 1 to 1024")
        }
        return count
    }

    /// These overrides, and those of `others` where this one has none.
    public func over(_ others: ConfigurationOverrides) -> ConfigurationOverrides {
        ConfigurationOverrides(
            tokens: tokens ?? others.tokens, threads: threads ?? others.threads, memory: memory ?? others.memory)
    }
}
