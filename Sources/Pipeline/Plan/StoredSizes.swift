import Foundation
import Statistics

/// What the sums of a run take in files and on the wire, compressed: about their entropy.
///
/// A sum of products over n tokens spreads about its block as a normal number of deviation √(n + (ρn)²) does: what sampling adds, and what
/// neurons really correlate. In units of q that has log₂(deviation / q) + 2.05 bits. Rounded activations are in steps, not in standard
/// deviations, and their products in the square of that.
struct StoredSizes {
    private let workingSet: WorkingSet

    /// How much two neurons typically correlate, root mean square over a block. Taken from the demo's models; where neurons correlate half as
    /// much an entry takes one bit less, of about 17.
    static let typicalCorrelation = 0.1
    /// How many standard deviations the integers of rounded activations reach: as the largest value of a calibration over the demo lies. With
    /// random weights it is 4, and an entry has 2.6 bits more.
    static let typicalReach = 10.2
    /// ½ log₂ 2πe: the bits of a normal number of deviation 1.
    private static let normalBits = 2.05
    /// Stored bytes for each byte of entropy, as `bench` measures it.
    private static let coding = 1.03
    /// Bytes of a column's power sums after compression, of 72.
    private static let columnBytes = 27.0
    /// Bytes of an example after compression beside its window: value, row and place.
    private static let exampleBytes = 8.0
    /// Bytes of a window's token after compression: many neurons share a window.
    private static let windowTokenBytes = 0.5
    /// Bytes of a neuron's moments after compression beside its counts by position, of 88; measured on the demo.
    private static let momentBytes = 31.0
    /// Bytes of a token of highest activation after compression, value and id; measured on the demo, 3.0.
    private static let tokenBytes = 3.1
    /// How far activations of a neuron typically spread.
    private static let activationSpread = 0.3
    /// Bytes of a correlation after compression for each byte before: the lower digits are noise.
    static let matrices = 0.93

    init(_ workingSet: WorkingSet) { self.workingSet = workingSet }

    /// Bytes of an entry of a block over some tokens.
    func entryBytes(tokens: Double) -> Double {
        let correlated = Self.typicalCorrelation * tokens
        let settings = workingSet.settings
        let steps = settings.bits.map { Double($0.limit) / Self.typicalReach } ?? 1
        let deviation = (tokens + correlated * correlated).squareRoot() * steps * steps / settings.resolution
        // Hardly any tokens, and a coarse step: entries of a few values.
        return Self.coding * (max(0, log2(deviation)) + Self.normalBits) / 8
    }

    /// Bytes of a neuron's moments, tokens and sums by token over some tokens. How often a neuron fires at a position in r rows differs
    /// from how often it does at the one before by √(r / 2) at most, of neurons that fire at a tenth of the tokens by 0.4 √r.
    private func bytesOfMoments(tokens: Double) -> Double {
        guard let moments = workingSet.moments else { return 0 }
        let rows = tokens / Double(workingSet.context)
        let count = Self.coding * (max(0, log2(0.4 * max(1, rows).squareRoot())) + Self.normalBits) / 8
        return Self.momentBytes + Double(workingSet.context) * count + Double(moments.maxima) * Self.tokenBytes
            + (moments.keepsMeans ? bytesOfMeans(tokens: tokens) : 0)
    }

    /// How many different tokens there are among so many. By Zipf's law the token of rank r stands at a place with probability 1 / (r H), H
    /// the sum of 1 / r: the first n / H of them occur, of the others 1 / r as many.
    static func occurring(vocabulary: Int, tokens: Double) -> Double {
        let vocabulary = Double(vocabulary)
        let frequent = min(vocabulary, tokens / (log(max(1, vocabulary)) + 0.58))
        return frequent >= 1 ? frequent * (1 + log(vocabulary / frequent)) : 0
    }

    /// Bytes of a neuron's sums by token over some tokens.
    private func bytesOfMeans(tokens: Double) -> Double {
        let occurring = Self.occurring(vocabulary: workingSet.vocabulary, tokens: tokens)
        guard occurring > 0 else { return 0 }
        // A sum over as many places as a token stands at on average spreads by their root.
        let deviation = Self.activationSpread * (tokens / occurring).squareRoot() * Double(1 << TokenSums.fractionBits)
        return Self.coding * occurring * (max(0, log2(deviation)) + Self.normalBits) / 8
    }

    /// Bytes of all sections over some tokens: blocks with the power sums of their rows and columns, examples, moments and tokens.
    func bytes(tokens: Double) -> Double {
        let (layout, entry) = (workingSet.layout, entryBytes(tokens: tokens))
        let place = Double(workingSet.examples.count) * (Self.exampleBytes + Self.windowTokenBytes * Double(workingSet.examples.window))
        let neuron = bytesOfMoments(tokens: tokens)
        let total = layout.blocks.reduce(0.0) { sum, block in
            let (rows, columns) = (layout.groups[block.rows], layout.groups[block.columns])
            let powers = Double(rows.columns + columns.columns) * Self.columnBytes
            let examples = block.isWithin && rows.source == layout.groups.first?.source ? Double(rows.columns) * place : 0
            let moments = layout.isReference(within: block) ? Double(rows.columns) * neuron : 0
            return sum + Double(workingSet.entries(of: block)) * entry + powers + examples + moments
        }
        return total.rounded()
    }
}
