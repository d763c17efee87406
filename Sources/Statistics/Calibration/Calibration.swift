/// The provisional mean and scale of every column: z = (x − mean) / scale.
///
/// They are taken over the beginning of the draw and kept with the plan. They decide how finely cross-products are resolved and nothing
/// else: the algebra undoes them exactly.
public struct Calibration: Sendable, Equatable {
    /// The provisional statistics of one column group.
    public struct Group: Sendable, Equatable {
        /// Provisional means, `[columns]`, in activation units.
        public let mean: [Float]
        /// Scales, `[columns]`, positive, in activation units.
        public let scale: [Float]

        /// Means and scales of the same columns.
        public init(mean: [Float], scale: [Float]) {
            self.mean = mean
            self.scale = scale
        }

        /// 1 / scale, the factor that the kernels use, `[columns]`.
        var inverseScale: [Float] { scale.map { 1 / $0 } }
    }

    /// One entry a column group, in the layout's order.
    public let groups: [Group]
    /// How many counted tokens were looked at.
    public let tokens: Int

    /// A calibration that was computed or read: one entry a column group, over so many counted tokens.
    public init(groups: [Group], tokens: Int) {
        self.groups = groups
        self.tokens = tokens
    }

    /// The calibration that changes nothing: mean 0, scale 1.
    static func identity(_ layout: StatisticsLayout) -> Calibration {
        Calibration(
            groups: layout.groups.map {
                Group(mean: Array(repeating: 0, count: $0.columns), scale: Array(repeating: 1, count: $0.columns))
            }, tokens: 0)
    }

    /// The least scale of a neuron, as a share of the median deviation of its layer: a neuron that is silent in the calibration must not
    /// explode when it speaks up later. At 1 %, an activation of ten median deviations is z = 1,000, which 64-bit sums hold easily.
    static let neuronFloor = 0.01
    /// Where more than half of a layer is silent, the floor is no smaller a share of the largest deviation than this either: with a few
    /// faint neurons to go by, a loud one would pass what `PowerSums` holds (a z of 65,000 in every token of a chunk).
    static let loudFloor = 0.001
    /// No scale is smaller, so that its inverse is a float32.
    static let leastScale = 0x1p-100
}
