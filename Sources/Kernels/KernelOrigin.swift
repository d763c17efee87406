/// Who chose the kernels that OpenBLAS runs.
public enum KernelOrigin: String, Codable, Sendable, Hashable {
    /// OpenBLAS itself, by the processor that it found.
    case library
    /// `OPENBLAS_CORETYPE` in the environment that this process was given.
    case environment
    /// A process of this program that had started itself again, and started this one with its environment.
    case parent
    /// This process, which started itself again.
    case program

    /// Who chose the kernels of a core, by the environment.
    ///
    /// - Parameters:
    ///   - core: the kernels that run, as OpenBLAS names them.
    ///   - coreType: `OPENBLAS_CORETYPE`; a name that OpenBLAS does not know, or a core that it does not run, changes nothing.
    ///   - mark: the mark of a second life of this process or of one that it descends from; nil where there is none.
    ///   - isOwnMark: whether it is this process's own.
    init(core: String, coreType: String?, mark: String?, isOwnMark: Bool) {
        if isOwnMark {
            self = .program
        } else if coreType?.lowercased() != core.lowercased() {
            self = .library
        } else {
            self = mark == nil ? .environment : .parent
        }
    }
}
