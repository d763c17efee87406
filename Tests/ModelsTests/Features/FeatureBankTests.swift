import Foundation
import Kernels
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Models

@Suite("Feature bank")
struct FeatureBankTests {
    private let decoded = ["<|endoftext|>", " the", "the", "The", " The", "\n", " 12", "a", " A", "", "\u{FFFD}", "ing", " москва"]

    private func bank(context: Int = 6, domains: [String] = ["Code", "Prose"], norms: [Float]? = nil) throws -> FeatureBank {
        try FeatureBank.build(
            decoded: decoded, counts: Array(repeating: 10, count: decoded.count), specialTokens: [0], embeddingNorms: norms,
            domains: domains, context: context, team: ThreadTeam(count: 2))
    }

    private func values(_ bank: FeatureBank, _ tokens: [Int32], domain: Int = 0, workspace: ActivationWorkspace? = nil) throws -> [[Float]]
    {
        let workspace = try workspace ?? bank.makeWorkspace(context: bank.context)
        var rows: [[Float]] = []
        try tokens.withUnsafeBufferPointer { buffer in
            let row = TokenRow(index: 7, domain: domain, tokens: buffer)
            try bank.activations(of: row, through: 0, workspace: workspace) { layer, values in
                #expect(layer == 0)
                let width = bank.columns.count
                rows = tokens.indices.map { position in Array(UnsafeBufferPointer(start: values + position * width, count: width)) }
            }
        }
        return rows
    }

    private func expected(_ bank: FeatureBank, _ tokens: [Int32], domain: Int) -> [[Float]] {
        tokens.indices.map { position in
            var row = bank.token.columns.indices.map { bank.token.holds($0, for: Int(tokens[position])) }
            row += bank.previous.columns.indices.map { position > 0 && bank.previous.holds($0, for: Int(tokens[position - 1])) }
            row += bank.positions.map { $0.contains(position) }
            row += bank.domains.indices.map { $0 == domain }
            return row.map { $0 ? 1 : 0 }
        }
    }

    @Test("a row has its tokens' features, the previous tokens', its positions and its domain")
    func rows() throws {
        let bank = try bank()
        let tokens: [Int32] = [0, 1, 7, 12, 10, 5]
        for domain in 0...1 { #expect(try values(bank, tokens, domain: domain) == expected(bank, tokens, domain: domain)) }
        #expect(bank.columnGroups == [ColumnGroup(source: "features", layer: 0, columns: bank.columns.count)])
        #expect(bank.isBinary)
        #expect(Set(bank.columns.map(\.name)).count == bank.columns.count)
    }

    @Test("the first token has no previous token, whatever the row before ended with")
    func firstPosition() throws {
        let bank = try bank()
        let workspace = try bank.makeWorkspace(context: 6)
        _ = try values(bank, [1, 1, 1, 1, 1, 1], domain: 1, workspace: workspace)
        let tokens: [Int32] = [1, 3]
        let rows = try values(bank, tokens, workspace: workspace)
        #expect(rows == expected(bank, tokens, domain: 0))
        let previous = bank.columns.indices.filter { bank.columns[$0].family == .previousToken }
        #expect(!previous.isEmpty)
        #expect(previous.allSatisfy { rows[0][$0] == 0 })
        #expect(previous.contains { rows[1][$0] == 1 })
    }

    @Test("columns are named after what they say, with their family")
    func columns() throws {
        let bank = try bank(norms: Array(repeating: 1, count: 11) + [0.5, 0.7, 0])
        func column(_ name: String) throws -> FeatureColumn { try #require(bank.columns.first { $0.name == name }, "\(name)") }
        #expect(try column("unigram the").family == .unigram)
        #expect(try column("letter a").family == .alphabet)
        #expect(try column("letter a").aliases == ["first letter a"])
        #expect(try column("previous: unigram the").family == .previousToken)
        #expect(try column("previous: special token").family == .previousToken)
        #expect(try column("position below 4").family == .position)
        #expect(try column("domain Prose").family == .semantic)
        #expect(bank.columns.contains { ([$0.name] + $0.aliases).contains("script Cyrillic") })
    }

    @Test("tokens with short embeddings are a feature where the norms are given, padding behind the vocabulary aside")
    func shortEmbeddings() throws {
        let bank = try FeatureBank.build(
            decoded: decoded, counts: decoded.map { _ in 1 }, embeddingNorms: [3, 1, 4, 1.5, 9, 2.6, 5, 3.5, 8, 9.7, 9.3, 2.3, 8.4, 0, 0],
            domains: [], context: 4, configuration: FeatureConfiguration(smallNormQuantile: 0.16), team: ThreadTeam(count: 1))
        let column = try #require(bank.token.columns.firstIndex { $0.name == "small embedding norm" })
        #expect(bank.token.tokens(with: column) == [1, 3])
        #expect(bank.columns.contains { $0.name == "previous: small embedding norm" })
    }

    @Test("a single domain has no column")
    func singleDomain() throws {
        let bank = try bank(domains: ["Prose"])
        #expect(bank.domains.isEmpty)
        #expect(!bank.columns.contains { $0.name.hasPrefix("domain") })
        let tokens: [Int32] = [1, 2, 3]
        #expect(try values(bank, tokens) == expected(bank, tokens, domain: 0))
    }

    @Test("a mask that hides newlines does not hide them from the token after them")
    func previousCounts() throws {
        var counts = Array(repeating: 10, count: decoded.count)
        counts[5] = 0
        let bank = try FeatureBank.build(
            decoded: decoded, counts: counts, previousCounts: Array(repeating: 10, count: decoded.count), specialTokens: [0],
            domains: [], context: 6, team: ThreadTeam(count: 1))
        let names = bank.columns.flatMap { [$0.name] + $0.aliases }
        #expect(!names.contains("contains newline"))
        #expect(names.contains("previous: contains newline"))
    }

    @Test("without a tokenizer there are positions and domains")
    func noTokenizer() throws {
        let bank = try FeatureBank.build(
            decoded: [], counts: [], domains: ["x", "y"], context: 4, team: ThreadTeam(count: 1))
        #expect(bank.columns.allSatisfy { $0.family == .position || $0.name.hasPrefix("domain") })
        #expect(try values(bank, [900, 901], domain: 1) == expected(bank, [900, 901], domain: 1))
    }

    @Test("tokens, lengths and domains outside the bank are refused with the place")
    func outside() throws {
        let bank = try bank()
        #expect(throws: ModelError.tokenOutsideFeatures(row: 7, position: 1, token: 13, vocabulary: 13)) { try values(bank, [1, 13]) }
        #expect(throws: ModelError.tokenOutsideFeatures(row: 7, position: 0, token: -1, vocabulary: 13)) { try values(bank, [-1]) }
        #expect(throws: ModelError.domainOutsideFeatures(row: 7, domain: 2, domains: 2)) { try values(bank, [1], domain: 2) }
        let workspace = try bank.makeWorkspace(context: 7)
        #expect(throws: ModelError.rowLongerThanFeatures(row: 7, tokens: 7, context: 6)) {
            try values(bank, Array(repeating: 1, count: 7), workspace: workspace)
        }
        #expect(throws: ModelError.fewerEmbeddingsThanTokens(embeddings: 2, tokens: 13)) { try self.bank(norms: [1, 2]) }
    }

    @Test("the bank does not depend on the threads")
    func threads() throws {
        let decoded = try FeatureFixtures.demoVocabulary()
        let banks = try [1, 3].map { threads in
            try FeatureBank.build(
                decoded: decoded, counts: decoded.indices.map { $0 % 5 }, specialTokens: [0], domains: ["a"], context: 256,
                team: ThreadTeam(count: threads))
        }
        #expect(banks[0].digest == banks[1].digest)
        #expect(banks[0].columns == banks[1].columns)
        #expect(banks[0].columns.count > 300)
    }

    @Test("a bank comes back from its file, equal in content and digest")
    func archive() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "features-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = FilePath(folder.appending(path: "features.npz").path)
        for bank in [
            try bank(), try bank(domains: []),
            try FeatureBank.build(
                decoded: [], counts: [], domains: [], context: 3, team: ThreadTeam(count: 1)),
        ] {
            try bank.write(to: path)
            let copy = try FeatureBank(contentsOf: path)
            #expect(copy.digest == bank.digest)
            #expect(copy.columns == bank.columns)
            #expect(copy.token == bank.token && copy.previous == bank.previous)
            #expect(copy.positions == bank.positions && copy.domains == bank.domains && copy.context == bank.context)
        }
    }

    @Test(
        "a catalogue with counts that no bank has is refused before anything is made of them",
        arguments: [
            ("\"context\" : 6", "\"context\" : 1000000000000"), ("\"context\" : 6", "\"context\" : 0"),
            ("\"vocabularySize\" : 13", "\"vocabularySize\" : 1000000000000"),
            ("\"vocabularySize\" : 13", "\"vocabularySize\" : -13"), ("\"end\" : 2,", "\"end\" : 9223372036854775807,"),
        ])
    func absurdArchive(old: String, new: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "features-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = FilePath(folder.appending(path: "features.npz").path)
        try bank().write(to: path)
        var entries: [NumpyArchive.Entry] = []
        for (name, array) in try NumpyArchive.read(path).sorted(by: { $0.key < $1.key }) {
            var bytes = try array.values(as: UInt8.self)
            guard name == "catalogue" else {
                entries.append(NumpyArchive.Entry(name, bytes, shape: array.shape))
                continue
            }
            let text = String(decoding: bytes, as: UTF8.self)
            try #require(text.contains(old))
            bytes = Array(text.replacingOccurrences(of: old, with: new).utf8)
            entries.append(NumpyArchive.Entry(name, bytes))
        }
        try NumpyArchive.write(path, entries)
        #expect(throws: StorageError.self) { try FeatureBank(contentsOf: path) }
    }

    @Test("the digest changes with names, families, bits, positions and domains")
    func digest() throws {
        let table = FeatureTable(vocabularySize: 2, columns: [FeatureColumn(name: "x", family: .syntax)], bits: [0, 1])
        func digest(_ table: FeatureTable, _ positions: [PositionBand] = [], _ domains: [String] = [], _ context: Int = 4) -> Digest {
            FeatureBank(token: table, previous: .empty(vocabularySize: 2), positions: positions, domains: domains, context: context).digest
        }
        let digests = [
            digest(table), digest(table, [PositionBand(first: 0, end: 1)]), digest(table, [PositionBand(first: 0, end: 2)]),
            digest(table, [], ["a", "b"]), digest(table, [], ["a", "c"]), digest(table, [], [], 5),
            digest(FeatureTable(vocabularySize: 2, columns: table.columns, bits: [1, 1])),
            digest(FeatureTable(vocabularySize: 2, columns: [FeatureColumn(name: "y", family: .syntax)], bits: table.bits)),
            digest(FeatureTable(vocabularySize: 2, columns: [FeatureColumn(name: "x", family: .semantic)], bits: table.bits)),
        ]
        #expect(Set(digests).count == digests.count)
    }

    @Test("descriptions count tokens and shares and show frequent examples")
    func descriptions() throws {
        let bank = try bank()
        var counts = Array(repeating: 10, count: decoded.count)
        counts[4] = 80
        let lines = bank.descriptions(decoded: decoded, counts: counts, examples: 2)
        #expect(lines.map(\.name) == bank.columns.map(\.name))
        let the = try #require(lines.first { $0.name == "unigram the" })
        #expect(the.vocabularyTokens == 4)
        #expect(the.share == 110.0 / 200.0)
        #expect(the.examples == [" The", " the"])
        #expect(lines.first { $0.name == "position below 4" }?.share == 4.0 / 6.0)
    }
}
