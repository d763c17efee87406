import Diagnostics

/// What can go wrong in choosing kernels.
public enum KernelsError: DiagnosedError, Equatable {
    /// The processor cannot run a kernel family that was asked for.
    case familyNotSupported(KernelFamily, processor: String, missing: [String])
    /// OpenBLAS runs other kernels than those it was told to load.
    case wrongKernels(wanted: KernelFamily, loaded: String)
    /// The program could not start itself again with the right kernels.
    case notExecuted(code: Int32, reason: String)

    public var message: String {
        switch self {
        case .familyNotSupported(let family, let processor, let missing):
            "kernels of the family \(family.rawValue) do not run on this processor (\(processor)): it lacks \(missing.joined(separator: ", "))"
        case .wrongKernels(let wanted, let loaded):
            "OpenBLAS runs its \(loaded) kernels, although it was told to load those of the family \(wanted.rawValue)"
        case .notExecuted(let code, let reason):
            "the program could not start itself again with other OpenBLAS kernels (\(reason), errno \(code))"
        }
    }

    public var remedy: String {
        switch self {
        case .familyNotSupported:
            "use a machine that has them, or plan with a family that every machine can run, or with `kernels: any`"
        case .wrongKernels(let wanted, _):
            "install an OpenBLAS built for several processors (DYNAMIC_ARCH) that knows \(wanted.coreType), or plan with `kernels: any`"
        case .notExecuted:
            "set OPENBLAS_CORETYPE and OPENBLAS_NUM_THREADS=1 yourself before starting the program"
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .familyNotSupported, .wrongKernels: .unavailable
        case .notExecuted: .osError
        }
    }
}
