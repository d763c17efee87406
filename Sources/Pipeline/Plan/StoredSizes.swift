import Foundation
import Statistics

/// What the sums of a run take in files and on the wire, compressed: about their entropy.
///
/// A sum of products over n tokens spreads about its block as a normal number of deviation √(n + (ρn)²) does: what sampling adds, and what
/// neurons really correlate. In units of q that has log₂(deviation / q) + 2.05 bits.
struct StoredSizes {
    private let workingSet: WorkingSet

    /// How much two neurons typically correlate, root mean square over a block. Taken from the demo's models; where neurons correlate half as
    /// much an entry takes one bit less, of about 17.
    static let typicalCorrelation = 0.1
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
    /// Bytes of a correlation after compression for each byte before: the lower digits are noise.
    static let matrices = 0.93

    init(_ workingSet: WorkingSet) { self.workingSet = workingSet }

    /// Bytes of an entry of a block over some tokens.
    func entryBytes(tokens: Double) -> Double {
        let correlated = Self.typicalCorrelation * tokens
        let deviation = (tokens + correlated * correlated).squareRoot() / workingSet.settings.resolution
        // Hardly any tokens, and a coarse step: entries of a few values.
        return Self.coding * (max(0, log2(deviation)) + Self.normalBits) / 8
    }

    /// Bytes of all sections over some tokens: blocks with the power sums of their rows and columns, and examples.
    func bytes(tokens: Double) -> Double {
        let (layout, entry) = (workingSet.layout, entryBytes(tokens: tokens))
        let place = Double(workingSet.examples.count) * (Self.exampleBytes + Self.windowTokenBytes * Double(workingSet.examples.window))
        let total = layout.blocks.reduce(0.0) { sum, block in
            let (rows, columns) = (layout.groups[block.rows], layout.groups[block.columns])
            let powers = Double(rows.columns + columns.columns) * Self.columnBytes
            let examples = block.isWithin && rows.source == layout.groups.first?.source ? Double(rows.columns) * place : 0
            return sum + Double(workingSet.entries(of: block)) * entry + powers + examples
        }
        return total.rounded()
    }
}
