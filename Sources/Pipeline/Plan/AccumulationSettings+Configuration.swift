import Kernels
import Statistics

extension Configuration {
    /// How the configuration's cross-products are summed.
    ///
    /// - Parameter bits: where it asks for rounded activations and leaves open into how many bits.
    func accumulation(bits: @autoclosure () -> QuantisedBits) -> AccumulationSettings {
        switch precision {
        case .exact, .screening: AccumulationSettings(chunk: chunk, resolutionExponent: resolution.exponent)
        case .int8(let asked): AccumulationSettings(chunk: chunk, bits: asked ?? bits())
        }
    }
}

extension RunPlan {
    /// Makes sure that integer products are exact on this machine, where the plan has any.
    ///
    /// - Parameter check: throws where products of so many bits are not.
    /// - Throws: `KernelsError.bitsNotSupported`, `.productFailed`.
    public func checkBits(with check: (QuantisedBits) throws -> Void = { try Int8Gemm.check($0) }) throws {
        if let bits = numbers.accumulation.bits { try check(bits) }
    }
}
