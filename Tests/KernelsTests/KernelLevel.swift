import CKernels
import Kernels

/// The kernels of one instruction-set level that this machine can run.
struct KernelLevel: Sendable, CustomStringConvertible {
    let description: String
    let index: Int32

    var kernels: un_kernels { un_kernels_at(index)!.pointee }

    /// All levels of this machine, the baseline first.
    static let all: [KernelLevel] = (0..<Int32(UN_LEVELS)).compactMap { index in
        guard un_kernels_at(index) != nil, let name = un_level_name(index) else { return nil }
        return KernelLevel(description: String(cString: name), index: index)
    }

    /// Empty, less than, exactly and one more than the 16 lanes, several of them, and a real width with a rest.
    static let sizes = [0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 100, 3_073]
}

/// Bit patterns, with every NaN the same: which payload survives when two NaNs meet is not part of the promise.
func bits(_ values: some Sequence<Float>) -> [UInt32] { values.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern } }

/// Numbers that a kernel may meet: normal ones with extremes and zeros of both signs strewn in.
func nasty(_ count: Int, seed: UInt64, scale: Float = 3, withNotFinite: Bool = false) -> [Float] {
    var numbers = SeededFloats(seed: seed)
    var values = numbers.normal(count, scale: scale)
    var extremes: [Float] = [0, -0, 0x1p-126, -0x1p-126, 0x1p-149, 30, -30, 87, -87, 89, -89, 1e4, -1e4, 0.5, -0.5, 5, -5]
    if withNotFinite { extremes += [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e30, -1e30] }
    for index in values.indices where numbers.nextBits() % 4 == 0 {
        values[index] = extremes[Int(numbers.nextBits() % UInt64(extremes.count))]
    }
    return values
}

/// Runs a kernel from an input that is `offset` floats off any alignment into an output that is too, and checks that nothing
/// beside the output was written.
func unary(_ input: [Float], offset: Int, _ kernel: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void) -> [Float]? {
    let sentinel: Float = -12_345.678
    let source = [Float](repeating: sentinel, count: offset) + input + [sentinel]
    var target = [Float](repeating: sentinel, count: input.count + 2 * offset + 16)
    source.withUnsafeBufferPointer { source in
        target.withUnsafeMutableBufferPointer { kernel(source.baseAddress! + offset, $0.baseAddress! + offset) }
    }
    let around = target.prefix(offset) + target.dropFirst(offset + input.count)
    return around.allSatisfy { $0 == sentinel } ? Array(target[offset..<offset + input.count]) : nil
}
