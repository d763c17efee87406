/// Turns bits into floats, a byte at a time.
enum BitExpansion {
    static let width = 8

    /// The eight floats of each byte, lowest bit first.
    static let floats: [SIMD8<Float>] = (0..<256).map { byte in
        var lanes = SIMD8<Float>()
        for bit in 0..<width { lanes[bit] = byte >> bit & 1 == 1 ? 1 : 0 }
        return lanes
    }

    /// Writes 0 or 1 for each bit; up to seven floats are written behind the last wanted one.
    @inline(__always)
    static func expand(
        _ bytes: UnsafePointer<UInt8>, count: Int, by table: UnsafePointer<SIMD8<Float>>, into floats: UnsafeMutablePointer<Float>
    ) {
        for byte in 0..<count {
            UnsafeMutableRawPointer(floats + byte * width).storeBytes(of: table[Int(bytes[byte])], as: SIMD8<Float>.self)
        }
    }
}
