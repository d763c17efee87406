import Kernels

extension RunPlan {
    /// The kernels that compute here, where they are none that the plan names: with `kernels: any`, and for callers that have not chosen the
    /// plan's. Figures of other kernels differ in their last bits, and are not gone on with.
    var ownKernels: String? {
        OpenBLAS.family?.rawValue == numbers.kernels ? nil : OpenBLAS.coreName
    }
}
