import Kernels

extension RunPlan {
    /// The kernels that compute here, where they are none that the plan names: with `kernels: any`, and for callers that have not chosen the
    /// plan's. Figures of other kernels differ in their last bits, and are not gone on with.
    var ownKernels: String? {
        OpenBLAS.family?.rawValue == numbers.kernels ? nil : OpenBLAS.coreName
    }

    /// Whether all machines have the same integers of a task, to the bit; with `kernels: any` each has its own last bits.
    public var hasSameIntegers: Bool { numbers.kernels != KernelChoice.any.rawValue }
}
