import CKernels

/// Gathers, beside the cross-products, what is taken from raw activations: how often each column is above zero, the strongest examples
/// of the reference's neurons, the tokens at which those of every reference are most active, and their sums by token.
///
/// Every thread fills arrays of its own, but for the sums by token, which share their memory; counts are added and lists merged at the end, so the result does not depend on threads.
final class RawActivationCollector: @unchecked Sendable {
    private let layout: StatisticsLayout
    private let settings: ExampleSettings
    private let threads: [ThreadState]
    private let tokenSums: [Int: TokenSumCollector]

    /// - Parameters:
    ///   - groups: the groups whose values above zero are counted.
    ///   - exampleGroups: the groups whose strongest examples are kept.
    ///   - maximumGroups: the groups whose tokens of highest activation are kept.
    ///   - maxima: how many tokens of a neuron.
    ///   - tokenSums: what adds up activations by token, for each group of which they are kept.
    init(
        layout: StatisticsLayout, groups: [Int], exampleGroups: [Int], settings: ExampleSettings, maximumGroups: [Int], maxima: Int,
        tokenSums: [Int: TokenSumCollector] = [:], threads: Int
    ) {
        self.tokenSums = tokenSums
        self.layout = layout
        self.settings = settings
        let kept = settings.count > 0 ? exampleGroups : []
        let maximal = maxima > 0 ? maximumGroups : []
        self.threads = (0..<threads).map { _ in
            ThreadState(
                layout: layout, groups: groups, exampleGroups: kept, settings: settings, maximumGroups: maximal, maxima: maxima)
        }
    }

    /// Takes in one layer's raw activations of a row, `[context, columns]`; called by thread `thread` only.
    func collect(_ values: UnsafePointer<Float>, group: Int, row: TokenRow, positions: [Int32], thread: Int) {
        let columns = layout.groups[group].columns
        let state = threads[thread]
        if let counts = state.counts[group] {
            un_count_positive(values, columns, positions, positions.count, counts.baseAddress, columns)
        }
        state.strongest[group]?.offer(values, row: row, positions: positions)
        state.tokens[group]?.offer(values, row: row, positions: positions)
        tokenSums[group]?.add(values, row: row, positions: positions)
    }

    /// How many tokens had a value above zero, for each column of a group.
    func positive(of group: Int) -> [Int64] {
        var sums = Array(repeating: Int64(0), count: layout.groups[group].columns)
        for state in threads {
            guard let counts = state.counts[group] else { continue }
            for column in sums.indices { sums[column] += counts[column] }
        }
        return sums
    }

    /// The strongest examples of a group, over all threads.
    func examples(of group: Int) -> ExampleList? {
        let lists = threads.compactMap { $0.strongest[group]?.list }
        guard var merged = lists.first else { return nil }
        for list in lists.dropFirst() { merged.merge(list) }
        return merged
    }

    /// The tokens at which a group's columns are most active, over all threads.
    func tokens(of group: Int) -> TokenMaxima? {
        let lists = threads.compactMap { $0.tokens[group]?.list }
        guard var merged = lists.first else { return nil }
        for list in lists.dropFirst() { merged.merge(list) }
        return merged
    }

    /// What one thread has gathered.
    private final class ThreadState {
        let counts: [Int: UnsafeMutableBufferPointer<Int64>]
        let strongest: [Int: StrongestExamples]
        let tokens: [Int: StrongestTokens]

        init(
            layout: StatisticsLayout, groups: [Int], exampleGroups: [Int], settings: ExampleSettings, maximumGroups: [Int], maxima: Int
        ) {
            counts = Dictionary(
                uniqueKeysWithValues: groups.map { group in
                    let buffer = UnsafeMutableBufferPointer<Int64>.allocate(capacity: layout.groups[group].columns)
                    buffer.initialize(repeating: 0)
                    return (group, buffer)
                })
            strongest = Dictionary(
                uniqueKeysWithValues: exampleGroups.map {
                    ($0, StrongestExamples(group: $0, columns: layout.groups[$0].columns, settings: settings))
                })
            tokens = Dictionary(
                uniqueKeysWithValues: maximumGroups.map {
                    ($0, StrongestTokens(group: $0, columns: layout.groups[$0].columns, count: maxima))
                })
        }

        deinit { for buffer in counts.values { buffer.deallocate() } }
    }
}
