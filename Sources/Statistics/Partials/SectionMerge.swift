import Storage

/// Decides which inputs make up a section, and adds them.
///
/// Merging is addition of integers over disjoint sets of shards, so neither the order nor the grouping of inputs matters. An input whose shards
/// are all there already, with equal checksums, is dropped; any other overlap is refused.
public struct SectionMerge: Sendable {
    /// One input: a section of a file.
    public struct Input: Sendable {
        let reader: PartialReader
        let entry: SectionEntry

        /// A section of a file that is open.
        public init(reader: PartialReader, entry: SectionEntry) {
            self.reader = reader
            self.entry = entry
        }
    }

    let key: SectionKey
    /// The inputs that are added, with disjoint shards.
    let chosen: [Input]

    /// Chooses among the inputs of one key.
    ///
    /// - Throws: `StatisticsError.overlap`, `.disagreement`.
    public init(key: SectionKey, inputs: [Input], shape: SectionShape) throws {
        self.key = key
        // The largest first, so that whatever is contained meets what contains it; otherwise by shards, so that order does not matter.
        let sorted = inputs.sorted {
            let (x, y) = ($0.entry.shards, $1.entry.shards)
            return x.count != y.count ? x.count > y.count : x.lexicographicallyPrecedes(y) { $0.shard < $1.shard }
        }
        var known: [Int: ShardRecord] = [:]
        var chosen: [Input] = []
        for input in sorted {
            let shared = input.entry.shards.filter { known[$0.shard] != nil }
            for record in shared {
                if let other = known[record.shard], other.checksum != record.checksum {
                    throw StatisticsError.disagreement(
                        block: key.name(in: shape.layout), shard: record.shard, workers: [other.worker, record.worker])
                }
            }
            if shared.count == input.entry.shards.count { continue }
            guard shared.isEmpty else {
                throw StatisticsError.overlap(block: key.name(in: shape.layout), shards: shared.map(\.shard))
            }
            for record in input.entry.shards { known[record.shard] = record }
            chosen.append(input)
        }
        self.chosen = chosen
    }

    /// The shards of the merged section.
    public var shards: Set<Int> { Set(chosen.flatMap { $0.entry.shards.map(\.shard) }) }

    /// Reads the chosen inputs and adds them up; at most two of them are in memory at a time.
    ///
    /// - Throws: `StatisticsError`.
    public func merged(shape: SectionShape) throws -> Section? {
        guard let first = chosen.first else { return nil }
        if key.kind == .means { return .means(try means(first, shape: shape)) }
        var result = try first.reader.read(first.entry, shape: shape)
        for input in chosen.dropFirst() {
            switch (result, try input.reader.read(input.entry, shape: shape)) {
            case (.block(let sums), .block(let other)):
                try sums.add(
                    other, tiling: shape.tiling(of: key.index), settings: shape.settings, from: input.reader.path,
                    name: key.name(in: shape.layout))
            case (.examples(var sums), .examples(let other)):
                sums.add(other)
                result = .examples(sums)
            case (.moments(var sums), .moments(let other)):
                guard sums.add(other) else {
                    throw StatisticsError.tooManyChunks(
                        block: key.name(in: shape.layout), chunks: sums.rows + other.rows, tokens: sums.tokens + other.tokens)
                }
                result = .moments(sums)
            case (.tokens(var sums), .tokens(let other)):
                sums.add(other)
                result = .tokens(sums)
            default:
                throw StatisticsError.malformed(
                    file: input.reader.path, section: key.name(in: shape.layout), reason: "it is named as a section of another kind")
            }
        }
        return result
    }

    /// The same for sums by token, which may be large: in memory there are those of all inputs together and one strip.
    private func means(_ first: Input, shape: SectionShape) throws -> TokenSums {
        var sums = try first.reader.readTokenSums(first.entry, shape: shape)
        for input in chosen.dropFirst() { try input.reader.add(input.entry, shape: shape, to: &sums) }
        return sums
    }

    /// Gathers the sections of some files by key.
    static func inputs(of readers: [PartialReader]) -> [(key: SectionKey, inputs: [Input])] {
        var byKey: [SectionKey: [Input]] = [:]
        for reader in readers {
            for entry in reader.sections { byKey[entry.key, default: []].append(Input(reader: reader, entry: entry)) }
        }
        return byKey.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
