import Foundation
import Kernels
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Models

@Suite("Labels and topics as features")
struct LabelFeatureTests {
    private let decoded = ["<|endoftext|>", " the", "the", " Guitar", "guitar", "\n", " judge"]
    /// Nine labels, so that a combination takes two bytes: the second and third hold together, the last never.
    private static let names = (0..<9).map { "l\($0)" }
    private static let combinations = 5
    private static let table: [[UInt8]] = [
        [1, 0, 0, 0, 0, 0, 0, 1, 0], [0, 1, 1, 0, 0, 0, 0, 0, 0], [0, 1, 1, 0, 0, 1, 0, 1, 0], [0, 0, 0, 1, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 1, 0, 1, 1, 0],
    ]

    private func sample(_ counts: [Int] = [5, 4, 3, 2, 1]) -> LabelSample {
        LabelSample(names: Self.names, table: Self.table.flatMap { $0 }, counts: counts)
    }

    private func bank(
        _ labels: LabelSample?, topics: [TopicWords] = [], domains: [String] = ["x", "y"], context: Int = 6
    ) throws -> FeatureBank {
        try FeatureBank.build(
            decoded: decoded, counts: Array(repeating: 10, count: decoded.count), specialTokens: [0], topics: topics, labels: labels,
            domains: domains, context: context, team: ThreadTeam(count: 2))
    }

    private func values(_ bank: FeatureBank, _ tokens: [Int32], _ labels: [Int32]?, domain: Int = 0) throws -> [[Float]] {
        let workspace = try bank.makeWorkspace(context: bank.context)
        let width = bank.columns.count
        var rows: [[Float]] = []
        try tokens.withUnsafeBufferPointer { tokens in
            func expand(_ labels: UnsafeBufferPointer<Int32>?) throws {
                let row = TokenRow(index: 7, domain: domain, tokens: tokens, labels: labels)
                try bank.activations(of: row, through: 0, workspace: workspace) { _, values in
                    rows = tokens.indices.map { Array(UnsafeBufferPointer(start: values + $0 * width, count: width)) }
                }
            }
            if let labels { try labels.withUnsafeBufferPointer { try expand($0) } } else { try expand(nil) }
        }
        return rows
    }

    @Test("are the last columns, of the family of syntax, those of the token alone")
    func columns() throws {
        let bank = try bank(sample())
        let plain = try self.bank(nil)
        #expect(bank.columns.prefix(plain.columns.count) == plain.columns[...])
        let labels = bank.columns.dropFirst(plain.columns.count)
        // l2 holds where l1 does, l6 where l4 does; l8 never holds.
        #expect(labels.map(\.name) == [0, 1, 3, 4, 5, 7].map { "label: l\($0)" })
        #expect(labels.map(\.aliases) == [[], ["label: l2"], [], ["label: l6"], [], []])
        #expect(labels.allSatisfy { $0.family == .syntax })
        #expect(Set(bank.columns.map(\.name)).count == bank.columns.count)
        // Constant over the sample: l7 where only combinations with it occur, l0 where its combination does not.
        let some = try self.bank(sample([0, 0, 3, 2, 1])).columns.dropFirst(plain.columns.count)
        #expect(some.map(\.name) == ["label: l1", "label: l3", "label: l4", "label: l5"])
    }

    @Test("are what a direct look at the table gives, beside unchanged other columns")
    func rows() throws {
        let (bank, plain) = (try bank(sample()), try bank(nil))
        let tokens: [Int32] = [0, 1, 3, 6, 2, 5]
        let labels: [Int32] = [2, 0, 4, 1, 3, 2]
        for domain in 0...1 {
            let found = try values(bank, tokens, labels, domain: domain)
            let others = try values(plain, tokens, nil, domain: domain)
            for position in tokens.indices {
                let expected = [0, 1, 3, 4, 5, 7].map { Float(Self.table[Int(labels[position])][$0]) }
                #expect(found[position] == others[position] + expected, "position \(position)")
            }
        }
        // A shorter row, and a bank of labels alone, whose last byte of a token reaches into the next one.
        let alone = try FeatureBank.build(
            decoded: [], counts: [], labels: sample(), domains: [], context: 3,
            configuration: FeatureConfiguration(coversPositions: false), team: ThreadTeam(count: 1))
        #expect(alone.columns.count == 6)
        #expect(try values(alone, [900, 901, 2], [3, 0, 4]) == [[0, 0, 1, 0, 0, 1], [1, 0, 0, 0, 0, 1], [0, 0, 0, 1, 0, 1]])
        #expect(try values(bank, [1, 2], [4, 0]).map { Array($0.suffix(6)) } == [[0, 0, 0, 1, 0, 1], [1, 0, 0, 0, 0, 1]])
    }

    @Test("that a row lacks, or that lie outside the table, are refused with the place")
    func outside() throws {
        let bank = try bank(sample())
        #expect(throws: ModelError.rowWithoutLabels(row: 7)) { try values(bank, [1, 2], nil) }
        #expect(throws: ModelError.rowWithoutLabels(row: 7)) { try values(bank, [1, 2], [1]) }
        for label in [5, -1] as [Int32] {
            #expect(throws: ModelError.labelOutsideFeatures(row: 7, position: 1, label: Int(label), combinations: 5)) {
                try values(bank, [1, 2], [0, label])
            }
        }
        // Labels that are all constant have no column, and nobody asks for them.
        let constant = try self.bank(LabelSample(names: ["x"], table: [1, 1], counts: [4, 5]))
        #expect(try values(constant, [1, 2], nil).count == 2)
    }

    @Test("come back from a bank's file, and decide its digest")
    func archive() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "labels-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = FilePath(folder.appending(path: "features.npz").path)
        for bank in [try bank(sample()), try bank(nil), try bank(LabelSample(names: ["x"], table: [1, 1], counts: [4, 5]))] {
            try bank.write(to: path)
            let copy = try FeatureBank(contentsOf: path)
            #expect(copy.digest == bank.digest && copy.columns == bank.columns && copy.labels == bank.labels)
        }
        var changed = Self.table
        changed[3][0] = 1
        let other = LabelSample(names: Self.names, table: changed.flatMap { $0 }, counts: [5, 4, 3, 2, 1])
        #expect(Set([try bank(sample()).digest, try bank(nil).digest, try bank(other).digest]).count == 3)
    }

    @Test("that are not there leave the digest of a bank and the names in its file as they were before there were labels")
    func unchanged() throws {
        let table = FeatureTable(vocabularySize: 2, columns: [FeatureColumn(name: "x", family: .syntax)], bits: [0, 1])
        let bank = FeatureBank(
            token: table, previous: .empty(vocabularySize: 2), positions: [PositionBand(first: 0, end: 1)], domains: ["a", "b"],
            context: 4)
        var expected = DigestBuilder()
        expected.update("feature bank 1")
        // The token's table and the empty one, the context, a position, two domains.
        for number in [2, 1] { expected.update(number) }
        expected.update("x")
        expected.update("syntax")
        expected.update([0, 1])
        for number in [2, 0] { expected.update(number) }
        expected.update([] as [UInt8])
        for number in [4, 1, 0, 1, 2] { expected.update(number) }
        for domain in ["a", "b"] { expected.update(domain) }
        #expect(bank.digest == expected.finalize())
        let folder = FileManager.default.temporaryDirectory.appending(path: "labels-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = FilePath(folder.appending(path: "features.npz").path)
        try bank.write(to: path)
        #expect(try NumpyArchiveReader(path).names == ["catalogue", "token_features", "previous_features"])
        let arrays = try NumpyArchive.read(path)
        let catalogue = String(decoding: try #require(arrays["catalogue"]).values(as: UInt8.self), as: UTF8.self)
        #expect(catalogue.contains("\"version\" : 1") && !catalogue.contains("label") && !catalogue.contains("combinations"))
    }

    @Test("topics hold for their words in any case and spacing, on the previous token too")
    func topics() throws {
        let music = TopicWords(name: "music", words: ["GUITAR ", "the", "song"])
        let bank = try bank(nil, topics: [music, TopicWords(name: "law", words: ["judge"])])
        let column = try #require(bank.token.columns.firstIndex { $0.name == "topic: music" })
        #expect(bank.token.tokens(with: column) == [1, 2, 3, 4] && bank.token.columns[column].family == .semantic)
        #expect(bank.columns.contains { $0.name == "previous: topic: music" && $0.family == .previousToken })
        // The catalogue's topic of law has no other token here: the first of the two keeps its name.
        #expect(bank.columns.contains { $0.name == "topic law" && $0.aliases.contains("topic: law") })
        #expect(try self.bank(nil).digest != bank.digest)
        // A topic without a token of the vocabulary has no column.
        #expect(try self.bank(nil, topics: [TopicWords(name: "none", words: ["xyzzy"])]).digest == self.bank(nil).digest)
    }
}
