import Analysis
import Kernels
import Models
import Statistics

/// What a run takes, in floating-point operations at the speed of bare products: products by the share of that speed that they reach, and all
/// else by the operations that would take as long.
///
/// The constants are processor time of runs whose size was changed one at a time, over that of the same operations as one product; what
/// does not multiply is bound by memory and by other instructions, whose speed goes with that of products well enough for a fifth.
struct PlanTime {
    private let shape: RunShape

    /// The share of a bare product's speed that the products of the analysis reach, and cross-products of what is not rounded.
    private static let productShare = 0.95
    /// That of the products of candidate pairs, which are loaded one by one.
    private static let candidateShare = 0.08
    /// How much faster cross-products are where activations are rounded to so many bits, as `bench` measures it: 8 bits, with VNNI, 3.1 on an
    /// AMD EPYC and 3.8 on an Intel Xeon, of which the smaller is counted on; 7 bits without VNNI 1.7.
    private static func speedUp(_ bits: QuantisedBits?) -> Double {
        switch bits {
        case nil: 1
        case .seven: 1.7
        case .eight: 3.1
        }
    }
    /// That of the products of neurons' weights with the tokens' vectors, and with one another.
    private static let vocabularyShare = 0.8
    /// That of a forward pass of an endlessly wide model, and the width at which it is half of that.
    private static let forwardShare = 0.93, halfWidth = 20.0
    /// A column's value at a token: bias, GELU, standardisation, power sums.
    private static let value = 250.0
    /// The same value rounded to an integer: a Zen 3 core rounds half a billion a second, and its products are 60 billion operations.
    private static let rounding = 120.0
    /// An entry of a partial, be it a product's or one of a neuron's counts and sums: compressed, read again and added to the store.
    private static let entry = 4_000.0
    /// A pair of neurons: its correlation decoded, scanned, and compressed as part of a matrix.
    private static let pair = 16_000.0
    /// A pair of neurons in the analysis of a domain, which writes no matrix and keeps no lists.
    private static let domainPair = 2_500.0
    /// A covariance of one replicate that is added to one set's, for one matrix.
    private static let addition = 25.0
    /// What the program does on one thread however small the run: it starts, opens and hashes, writes tables and report.
    private static let fixed = 1e11

    init(_ shape: RunShape) { self.shape = shape }

    /// All of it.
    func operations(forward: Double, products: Double, analysis: Double) -> Double {
        let candidates = candidateOperations
        let products = (products - candidates) / Self.speedUp(shape.workingSet.settings.bits)
        return forwardTime(forward) + products / Self.productShare + candidates / Self.candidateShare
            + (vocabularyProducts + neuronProducts) / Self.vocabularyShare + ofAccumulation
            + idleShare * ((analysis + inverses) / Self.productShare + ofAnalysis)
    }

    /// How much longer the analysis takes than on threads that all have work: they share whole blocks, and there may be fewer.
    private var idleShare: Double {
        let threads = shape.workingSet.threads
        return Double(threads) / Double(min(threads, max(1, shape.crossBlocks.count)))
    }

    /// Narrow layers make thin products.
    private func forwardTime(_ operations: Double) -> Double {
        let widths = shape.workingSet.models.values.map { Double($0.width) }
        let width = widths.reduce(0, +) / Double(max(1, widths.count))
        return operations / Self.forwardShare * (1 + Self.halfWidth / max(1, width))
    }

    /// Of the cross-products those of candidate pairs.
    private var candidateOperations: Double {
        guard let kept = shape.workingSet.kept else { return 0 }
        return shape.passes.joined().reduce(0.0) { $0 + 2 * Double(kept[$1] ?? 0) } * Double(shape.tokens)
    }

    /// The reference, whose weights are looked at; nil where its neurons are no columns.
    private var reference: Models.ModelShape? {
        shape.universality.first.flatMap { shape.workingSet.models[$0.reference] }.flatMap { $0.directions == nil ? $0 : nil }
    }

    /// Both weights of the reference's neurons with both matrices of tokens.
    private var vocabularyProducts: Double {
        guard let model = reference else { return 0 }
        return 4 * 2 * Double(model.neurons) * Double(shape.workingSet.vocabulary) * Double(model.width)
    }

    /// Both weights of the reference's neurons with both of all its neurons.
    private var neuronProducts: Double {
        guard let model = reference else { return 0 }
        return 4 * 2 * Double(model.neurons) * Double(model.neurons) * Double(model.width)
    }

    private var matrices: Double { Double(shape.rotations.kinds.count * shape.rotations.draws) }

    /// The deviations of rotated columns: a product of the layer's own covariances with each matrix, for each replicate.
    private var inverses: Double {
        // Those of a screened run are its pilot's.
        if shape.workingSet.kept != nil { return 0 }
        func cubes(_ blocks: [Block]) -> Double {
            Set(blocks.map(\.columns)).reduce(0.0) { sum, group in
                let columns = Double(shape.layout.groups[group].columns)
                return sum + 2 * columns * columns * columns
            }
        }
        let domains = cubes(shape.domainBlocks) * Double(shape.rotations.draws * shape.domains)
        return (cubes(shape.crossBlocks) * matrices + domains) * Double(shape.replicates)
    }

    /// What is no product in the analysis of the domains.
    private var domains: Double {
        let additions = Double(shape.universality.first?.ofDomain.additions(replicates: shape.replicates) ?? 0)
        return shape.pairs(of: shape.domainBlocks) * Double(shape.domains)
            * (Self.domainPair + Self.addition * additions * Double(1 + shape.rotations.draws))
    }

    /// What is no product until the statistics are there.
    private var ofAccumulation: Double {
        let blocks = shape.passes.map { pass in pass.map { shape.layout.blocks[$0] } }
        let columns = blocks.reduce(0.0) { sum, pass in
            sum + Set(pass.flatMap { [$0.rows, $0.columns] }).reduce(0.0) { $0 + Double(shape.layout.groups[$1].columns) }
        }
        let value = Self.value + (shape.workingSet.settings.bits == nil ? 0 : Self.rounding)
        return Self.fixed * Double(shape.workingSet.threads) + value * columns * Double(shape.tokens)
            + Self.entry * (shape.entries + numbersOfNeurons) * Double(shape.shards)
    }

    /// What a shard's partials say of the references' neurons beside products: counts by position, tokens of highest activation with their
    /// values, sums by token.
    private var numbersOfNeurons: Double {
        let workingSet = shape.workingSet
        guard let moments = workingSet.moments else { return 0 }
        let neurons = shape.layout.blocks.filter { shape.layout.isReference(within: $0) }
            .reduce(0.0) { $0 + Double(shape.layout.groups[$1.rows].columns) }
        let tokens = Double(shape.tokens) / Double(max(1, shape.shards))
        let means = moments.keepsMeans ? StoredSizes.occurring(vocabulary: workingSet.vocabulary, tokens: tokens) : 0
        return neurons * (Double(workingSet.context) + 2 * Double(moments.maxima) + means)
    }

    /// What is no product after that.
    private var ofAnalysis: Double {
        // A screened run goes through its pilot's pairs once more, and adds nothing up for them.
        let isScreened = shape.workingSet.kept != nil
        let additions = isScreened ? 0 : Double(shape.universality.first?.additions(replicates: shape.replicates) ?? 0) * (1 + matrices)
        return domains + shape.pairs * Self.pair + shape.pairs(of: shape.rotatedBlocks) * Self.addition * additions
    }
}
