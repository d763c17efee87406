import Foundation
import SmallRuns

/// Random tokens of the demo's vocabulary, some of them far more frequent than others, in rows that begin with its `<|endoftext|>`.
struct TextOfAllKinds {
    static let vocabulary = 2_048, rows = 96
    /// `[rows, context]`.
    let tokens: [Int32]
    /// The logarithm of how often each token is there, less the mean of all, `[vocabulary]`.
    let logarithms: [Float]
    /// Tokens that begin with a blank.
    let beginsWithBlank: Set<Int>
    private let directions: [Int: ModelOfAllKinds.Direction]

    /// What a token's set has in common; nil for a token that is in none.
    func direction(of token: Int) -> ModelOfAllKinds.Direction? { directions[token] }

    init() throws {
        let file = ConfigurationTests.repository.appending("configs/demo/tokenizer/vocab.json")
        let names = try JSONDecoder().decode([String: Int].self, from: Data(contentsOf: URL(fileURLWithPath: file.string)))
        // A blank is written so in there.
        let blank: Character = "Ġ"
        func ids(_ isMember: (String) -> Bool) -> [Int] { names.filter { isMember($0.key) }.map(\.value).sorted() }
        func variants(of word: String) -> [Int] { ids { ($0.first == blank ? String($0.dropFirst()) : $0).lowercased() == word } }
        let frequent: [(ModelOfAllKinds.Direction, [Int])] = [
            (.the, variants(of: "the")), (.x, variants(of: "x")), (.z, variants(of: "z")),
        ]
        let sets = frequent + [(.underscore, ids { $0.contains("_") }), (.comma, ids { $0.contains(",") }), (.beginning, [0])]
        var directions: [Int: ModelOfAllKinds.Direction] = [:]
        for (direction, tokens) in sets { for token in tokens { directions[token] = direction } }
        self.directions = directions
        beginsWithBlank = Set(ids { $0.first == blank })

        // Frequencies of 1, 2, 4 and 8; each of the frequent ones is there forty times more.
        var bag: [Int32] = []
        for token in 1..<Self.vocabulary { bag += Array(repeating: Int32(token), count: 1 << (token % 4)) }
        for (_, tokens) in frequent { for token in tokens { bag += Array(repeating: Int32(token), count: 40) } }
        var generator = SeededGenerator(seed: 5)
        var (rows, counts) = ([Int32](), [Int](repeating: 0, count: Self.vocabulary))
        for place in 0..<Self.rows * ModelOfAllKinds.context {
            let token = place % ModelOfAllKinds.context == 0 ? 0 : bag[Int(generator.next() % UInt64(bag.count))]
            rows.append(token)
            counts[Int(token)] += 1
        }
        tokens = rows
        let logarithms = counts.map { log(Float($0 + 1)) }
        let mean = logarithms.reduce(0, +) / Float(Self.vocabulary)
        self.logarithms = logarithms.map { $0 - mean }
    }
}
