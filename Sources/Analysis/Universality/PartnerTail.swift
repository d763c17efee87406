/// For each of some neurons the partners at one end of its correlations: the highest ones or the lowest ones, with their indices;
/// or its strongest ones, from both ends.
///
/// Sorted from the end inwards; ties are decided by the smaller index, so a merge gives the same lists in any order. Places without a
/// partner hold partner −1 and an infinite value.
public struct PartnerTail: Equatable, Sendable {
    /// Which end.
    public enum End: UInt8, Sendable {
        case highest, lowest
        /// The largest by absolute value, each with its sign.
        case strongest
    }

    /// Which end of the correlations.
    public let end: End
    /// How many neurons there are.
    public let neurons: Int
    /// Places in each neuron's list.
    public let length: Int
    /// Correlations, `[neurons, length]`.
    public internal(set) var values: [Float]
    /// Indices of the partners within their model (layer · d_mlp + neuron), `[neurons, length]`.
    public internal(set) var partners: [Int32]

    /// Empty lists.
    init(_ end: End, neurons: Int, length: Int) {
        self.init(
            end, neurons: neurons, length: length,
            values: Array(repeating: end == .lowest ? .infinity : -.infinity, count: neurons * length),
            partners: Array(repeating: -1, count: neurons * length))
    }

    init(_ end: End, neurons: Int, length: Int, values: [Float], partners: [Int32]) {
        self.end = end
        self.neurons = neurons
        self.length = length
        self.values = values
        self.partners = partners
    }

    /// The partners of largest correlation by absolute value, each with its sign; of equal sizes that with the smaller index comes first.
    ///
    /// Two lists of some length, one from either end of the same correlations, hold all that can be in one of this length.
    static func strongest(highest: PartnerTail, lowest: PartnerTail) -> PartnerTail {
        let length = highest.length
        var strongest = PartnerTail(.strongest, neurons: highest.neurons, length: length)
        for neuron in 0..<highest.neurons {
            let (first, end) = (neuron * length, (neuron + 1) * length)
            var (above, below) = (first, first)
            for place in first..<end {
                // A short row has the same partners at both ends: each is taken from the end of its sign.
                let hasAbove = above < end && highest.partners[above] >= 0 && highest.values[above] >= 0
                let hasBelow = below < end && lowest.partners[below] >= 0 && lowest.values[below] < 0
                guard hasAbove || hasBelow else { break }
                var takesAbove = hasAbove
                if hasAbove, hasBelow {
                    let (positive, negative) = (highest.values[above], -lowest.values[below])
                    takesAbove = positive > negative || (positive == negative && highest.partners[above] < lowest.partners[below])
                }
                strongest.values[place] = takesAbove ? highest.values[above] : lowest.values[below]
                strongest.partners[place] = takesAbove ? highest.partners[above] : lowest.partners[below]
                if takesAbove { above += 1 } else { below += 1 }
            }
        }
        return strongest
    }

    /// Takes the lists of other partners of the same neurons in.
    ///
    /// - Precondition: They are of the same end, a highest or a lowest one.
    /// - Parameters:
    ///   - other: lists of any length.
    ///   - first: the neuron here that is the first one there.
    mutating func merge(_ other: PartnerTail, at first: Int = 0) {
        precondition(end == other.end && end != .strongest, "partners of another end")
        let length = length
        let sign: Float = end == .highest ? 1 : -1
        var mergedValues = [Float](repeating: 0, count: length)
        var mergedPartners = [Int32](repeating: -1, count: length)
        values.withUnsafeMutableBufferPointer { values in
            partners.withUnsafeMutableBufferPointer { partners in
                for neuron in 0..<other.neurons {
                    let mine = (first + neuron) * length
                    let theirs = neuron * other.length
                    var i = 0
                    var j = 0
                    for place in 0..<length {
                        let takesTheirs: Bool
                        if j >= other.length || other.partners[theirs + j] < 0 {
                            takesTheirs = false
                        } else if partners[mine + i] < 0 {
                            takesTheirs = true
                        } else {
                            let a = sign * values[mine + i]
                            let b = sign * other.values[theirs + j]
                            takesTheirs = b > a || (b == a && other.partners[theirs + j] < partners[mine + i])
                        }
                        if takesTheirs {
                            mergedValues[place] = other.values[theirs + j]
                            mergedPartners[place] = other.partners[theirs + j]
                            j += 1
                        } else {
                            mergedValues[place] = values[mine + i]
                            mergedPartners[place] = partners[mine + i]
                            i += 1
                        }
                    }
                    for place in 0..<length {
                        values[mine + place] = mergedValues[place]
                        partners[mine + place] = mergedPartners[place]
                    }
                }
            }
        }
    }

    /// The first entry of each list: the best (or worst) correlation of each neuron.
    public var firstValues: [Float] { (0..<neurons).map { values[$0 * length] } }

    /// The partner of each neuron's first entry.
    public var firstPartners: [Int32] { (0..<neurons).map { partners[$0 * length] } }
}
