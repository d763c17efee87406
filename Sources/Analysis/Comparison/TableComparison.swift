/// What two tables of the same model's neurons have in common, and where they differ.
public struct TableComparison: Codable, Sendable {
    /// Neurons that both tables have.
    public let neurons: Int
    /// The universal neurons of both.
    public let universal: SetOverlap
    /// Columns of numbers, in the first table's order.
    public let columns: [ColumnAgreement]
    /// Columns of words, and best partners.
    public let texts: [TextAgreement]
    /// The column that `differing` is about; nil where the tables share none.
    public let differingColumn: String?
    /// The neurons that differ most, the largest difference first; none whose difference four decimals do not show.
    public let differing: [DifferingNeuron]

    /// Columns of numbers that say which neuron it is, which set it is in, or how large an error is.
    private static func isMeasure(_ name: String) -> Bool {
        !["layer", "neuron", "universal"].contains(name) && !name.hasSuffix("_layer") && !name.hasSuffix("_neuron")
            && !name.hasSuffix("_se")
    }
    /// What neurons are ordered by, the first that both tables have.
    private static let headlines = [ComparedTable.excess, "mean_corr", "max_corr"]

    /// What is less is none to the four decimals of tables, and of what is printed.
    private static let leastDifference = 0.00005

    /// Compares two tables. A neuron that only one of them has is not universal in the other.
    ///
    /// - Parameters:
    ///   - tolerance: as for ``ColumnAgreement``.
    ///   - top: how many neurons that differ are named.
    ///   - total: how many neurons the model has; nil where nobody knows.
    ///   - isOfSameTokens: whether both are of the same statistics: chance moves both alike then, and their overlap has no error.
    public init(
        _ first: ComparedTable, _ second: ComparedTable, tolerance: Double, top: Int, total: Int? = nil, isOfSameTokens: Bool = false
    ) {
        let rows = Dictionary(uniqueKeysWithValues: second.neurons.enumerated().map { ($1, $0) })
        let pairs = first.neurons.indices.compactMap { i in rows[first.neurons[i]].map { (first: i, second: $0) } }
        let places = pairs.map { first.neurons[$0.first] }
        neurons = pairs.count
        columns = first.numbers.filter { Self.isMeasure($0.name) }.compactMap { name, values in
            second.numbers(of: name).flatMap { others in
                ColumnAgreement(
                    name, pairs.map { values[$0.first] }, pairs.map { others[$0.second] }, neurons: places, tolerance: tolerance)
            }
        }
        texts =
            first.texts.compactMap { name, values in
                second.texts.first { $0.name == name }.flatMap { others in
                    TextAgreement(name, pairs.map { values[$0.first] }, pairs.map { others.values[$0.second] })
                }
            } + Self.partners(first, second, pairs)
        universal = Self.overlap(first, second, pairs, total: total, hasErrors: !isOfSameTokens)
        let headline = Self.headlines.first { first.numbers(of: $0) != nil && second.numbers(of: $0) != nil } ?? columns.first?.column
        let values = headline.flatMap { name in first.numbers(of: name).map { x in (name, x, second.numbers(of: name) ?? []) } }
        differingColumn = values?.0
        differing = values.map { Self.differing(first, second, pairs, $0.1, $0.2, column: $0.0, top: top) } ?? []
    }

    /// Whether neurons have the same best partner in the models that both tables have.
    private static func partners(
        _ first: ComparedTable, _ second: ComparedTable, _ pairs: [(first: Int, second: Int)]
    ) -> [TextAgreement] {
        let suffix = "_layer"
        return first.numbers.filter { $0.name.hasSuffix(suffix) }.compactMap { name, _ in
            let model = String(name.dropLast(suffix.count))
            func names(_ table: ComparedTable, _ rows: [Int]) -> [String]? {
                guard let layers = table.numbers(of: name), let numbers = table.numbers(of: "\(model)_neuron") else { return nil }
                return rows.map { layers[$0].isFinite && numbers[$0].isFinite ? "\(layers[$0]) \(numbers[$0])" : "" }
            }
            guard let x = names(first, pairs.map(\.first)), let y = names(second, pairs.map(\.second)) else { return nil }
            return TextAgreement("best partner in \(model)", x, y)
        }
    }

    private static func overlap(
        _ first: ComparedTable, _ second: ComparedTable, _ pairs: [(first: Int, second: Int)], total: Int?, hasErrors: Bool
    ) -> SetOverlap {
        let isCommon = Set(pairs.map(\.second))
        let onlySecond = second.neurons.indices.filter { !isCommon.contains($0) }
        let partners = Dictionary(uniqueKeysWithValues: pairs.map { ($0.first, $0.second) })
        /// A property of all neurons of either table, with a value for those that a table does not have.
        func spread<Value>(_ x: [Value], _ y: [Value], else none: Value) -> (first: [Value], second: [Value]) {
            let rows = first.neurons.indices.map { i in partners[i].map { y[$0] } ?? none }
            return (x + onlySecond.map { _ in none }, rows + onlySecond.map { y[$0] })
        }
        let members = spread(first.isUniversal, second.isUniversal, else: false)
        // A run of one replicate has a column for errors and none in it: its neurons are not certain, nobody knows how uncertain they are.
        let haveErrors = [first, second].map { $0.excessErrors?.contains { $0 > 0 } }
        let hasErrors =
            hasErrors && !haveErrors.contains(false)
            && zip([first, second], haveErrors).contains { $1 == true && $0.degreesOfFreedom != nil }
        return SetOverlap(
            first: members.first, second: members.second,
            probabilities: hasErrors ? spread(first.probabilities(), second.probabilities(), else: 0) : nil, neurons: total)
    }

    private static func differing(
        _ first: ComparedTable, _ second: ComparedTable, _ pairs: [(first: Int, second: Int)], _ x: [Double], _ y: [Double],
        column: String, top: Int
    ) -> [DifferingNeuron] {
        func difference(_ pair: (first: Int, second: Int)) -> Double { abs(x[pair.first] - y[pair.second]) }
        let known = pairs.filter { x[$0.first].isFinite && y[$0.second].isFinite && difference($0) >= leastDifference }
        let worst = known.sorted { a, b in
            let (d, e) = (difference(a), difference(b))
            return d != e ? d > e : first.neurons[a.first] < first.neurons[b.first]
        }
        return worst.prefix(top).map { pair in
            // Errors are those of the excess.
            let errors = column == ComparedTable.excess ? [first.excessErrors?[pair.first], second.excessErrors?[pair.second]] : []
            let variance = errors.reduce(0) { sum, error in sum + (error.map { $0.isFinite ? $0 * $0 : 0 } ?? 0) }
            return DifferingNeuron(
                neuron: first.neurons[pair.first], first: x[pair.first], second: y[pair.second],
                errors: variance > 0 ? difference(pair) / variance.squareRoot() : nil,
                isUniversalInFirst: first.isUniversal[pair.first], isUniversalInSecond: second.isUniversal[pair.second])
        }
    }
}
