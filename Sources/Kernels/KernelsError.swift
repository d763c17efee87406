import COneDNN
import Diagnostics

/// What can go wrong in choosing kernels.
public enum KernelsError: DiagnosedError, Equatable {
    /// The processor cannot run a kernel family that was asked for.
    case familyNotSupported(KernelFamily, processor: String, missing: [String])
    /// The processor can run neither the kernels that OpenBLAS has loaded nor any family in their place.
    case coreNotSupported(String, processor: String, missing: [String])
    /// OpenBLAS runs other kernels than those it was told to load.
    case wrongKernels(wanted: KernelFamily, loaded: String)
    /// The program could not start itself again with the right kernels.
    case notExecuted(code: Int32, reason: String)
    /// Products of quantised activations of so many bits are not exact here.
    case bitsNotSupported(Int, processor: String, reason: String)
    /// oneDNN refused a product.
    case productFailed(status: Int)
    /// LAPACK cannot count the elements of a matrix.
    case matrixTooLarge(rows: Int, columns: Int, limit: Int)
    /// LAPACK found no eigenvalues or singular values of a matrix.
    case notConverged(routine: String, rows: Int, columns: Int, status: Int)

    public var message: String {
        switch self {
        case .familyNotSupported(let family, let processor, let missing):
            "kernels of the family \(family.rawValue) do not run on this processor (\(processor)): it lacks \(missing.joined(separator: ", "))"
        case .coreNotSupported(let core, let processor, let missing):
            """
            OpenBLAS has loaded its \(core) kernels, which do not run on this processor (\(processor)): it lacks \
            \(missing.joined(separator: ", "))
            """
        case .wrongKernels(let wanted, let loaded):
            "OpenBLAS runs its \(loaded) kernels, although it was told to load those of the family \(wanted.rawValue)"
        case .notExecuted(let code, let reason):
            "the program could not start itself again with other OpenBLAS kernels (\(reason), errno \(code))"
        case .bitsNotSupported(let bits, let processor, let reason):
            "integer products of \(bits) bits are not exact on this processor (\(processor)): \(reason)"
        case .productFailed(let status):
            "oneDNN refused an integer product (status \(status))"
        case .matrixTooLarge(let rows, let columns, let limit):
            "a matrix of \(rows) x \(columns) is too large for LAPACK, which takes \(limit) rows and columns at most"
        case .notConverged(let routine, let rows, let columns, let status):
            "LAPACK's \(routine) did not solve a matrix of \(rows) x \(columns) (status \(status))"
        }
    }

    public var remedy: String {
        switch self {
        case .familyNotSupported:
            """
            use a machine that has them, or plan with a family that every machine can run, or with `kernels: any`; unset OPENBLAS_CORETYPE \
            where it asks for them
            """
        case .coreNotSupported:
            "unset OPENBLAS_CORETYPE where it asks for them; where OpenBLAS has picked them itself, set OPENBLAS_CORETYPE=Prescott, which every "
                + "processor can run"
        case .wrongKernels(let wanted, _):
            "install an OpenBLAS built for several processors (DYNAMIC_ARCH) that knows \(wanted.coreType), or plan with `kernels: any`"
        case .notExecuted:
            "set OPENBLAS_CORETYPE and OPENBLAS_NUM_THREADS=1 yourself before starting the program"
        case .bitsNotSupported(let bits, _, _):
            bits > QuantisedBits.seven.rawValue
                ? "use a machine with VNNI, or plan with `precision: {int8: 7}`, which every machine can run"
                : "plan with `precision: exact`, and report the processor and the version of oneDNN"
        case .productFailed(let status):
            status == Int(dnnl_out_of_memory.rawValue)
                ? "give the process more memory"
                : """
                let the process make memory executable, which oneDNN's code needs (systemd's MemoryDenyWriteExecute=no, SELinux's execmem), \
                or plan with `precision: exact`
                """
        case .matrixTooLarge: "compare layers by cka, assignment and soft-matching alone"
        case .notConverged: "report this line with the version of OpenBLAS; other measures and layers do not depend on it"
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .familyNotSupported, .coreNotSupported, .wrongKernels, .bitsNotSupported: .unavailable
        case .notExecuted, .productFailed: .osError
        case .matrixTooLarge: .dataError
        case .notConverged: .software
        }
    }
}
