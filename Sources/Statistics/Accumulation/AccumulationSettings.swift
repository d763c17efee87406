import Kernels

/// What decides the integers of a run besides its columns and tokens: part of the plan's identity.
public struct AccumulationSettings: Hashable, Codable, Sendable {
    /// Counted tokens of one float32 cross-product before it is rounded into integers.
    public let chunk: Int
    /// The largest edge of a tile, in columns; every SGEMM has the shape of one tile. 1,024 for float32: over 4,096 tokens it runs at 98 % of the speed of
    /// one product of 3,072 columns, 512 at 90 %, and its scratch is 4 MB a thread.
    public let tile: Int
    /// q as a power of two: a cross-product is kept as a multiple of 2^`resolutionExponent`.
    public let resolutionExponent: Int

    /// Into how many bits activations are rounded before they are multiplied; nil where they stay float32, so that such plans have the
    /// identity that they had before there were others. Then a scale is the step of these integers, and q is 1.
    public let bits: QuantisedBits?

    /// Settings; the defaults are those of every plan that says nothing else.
    public init(chunk: Int = 4096, tile: Int = 1024, resolutionExponent: Int = -4) {
        self.chunk = chunk
        self.tile = tile
        self.resolutionExponent = resolutionExponent
        bits = nil
    }

    /// Settings for activations that are rounded into so many bits: their products are integers already.
    ///
    /// Tiles of 1,536: one thread of a Zen 3 multiplies them 1.84 times as fast as SGEMM those of 1,024, tiles of 1,024 1.6 to 1.7 times.
    public init(chunk: Int = 4096, tile: Int = 1536, bits: QuantisedBits) {
        self.chunk = chunk
        self.tile = tile
        self.bits = bits
        resolutionExponent = 0
    }

    /// q: the value of one unit of an entry, in products of standardised activations.
    public var resolution: Double { Double(sign: .plus, exponent: resolutionExponent, significand: 1) }
}
