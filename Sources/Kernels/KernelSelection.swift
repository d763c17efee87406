import Glibc

/// Makes sure that OpenBLAS runs the kernels that the job needs.
///
/// OpenBLAS picks its kernels when it is loaded, before `main`, and Debian's 0.3.21 picks ones ten times too slow on recent
/// Intel processors. The choice can only be changed by `OPENBLAS_CORETYPE` at load time, so the process executes itself
/// once more with that set. Call it first thing in `main`, before any thread or file:
///
///     let outcome = try KernelSelection.select(nil)
///     logger.info("\(outcome)")
public enum KernelSelection {
    /// What was chosen, for logs, plans and `doctor`.
    public struct Outcome: Codable, Sendable, Hashable, CustomStringConvertible {
        /// The family that runs now; nil where this processor can run none.
        public let family: KernelFamily?
        /// The kernels that run now, as OpenBLAS names them.
        public let core: String
        /// What OpenBLAS had picked by itself before the program executed itself again; nil when it did not have to.
        public let firstPick: String?
        /// Who chose them.
        public let origin: KernelOrigin
        /// A faster family that this processor has, where the environment keeps it from being used; nil where a plan asks for this one.
        public let better: KernelFamily?
        /// The instruction sets that `firstPick` needs and this processor lacks, as where a batch system brings along the
        /// `OPENBLAS_CORETYPE` of another machine; nil where it lacks none.
        public let lacking: [String]?

        /// What follows the name of `firstPick` in a sentence: that and why this processor cannot run it; empty where it can.
        public var unfitness: String {
            lacking.map { ", which this processor cannot run (it lacks \($0.joined(separator: ", ")))" } ?? ""
        }

        /// One sentence without a final full stop.
        public var description: String {
            let kernels =
                "OpenBLAS runs its \(core) kernels (\(family.map { "family \($0.rawValue)" } ?? "no family that a plan can name"))"
            switch origin {
            case .library: return "\(kernels), as it picked by itself"
            case .environment:
                let rest = better.map { "; this processor has \($0.coreType), which is faster: unset it to use that" } ?? ""
                return "\(kernels), as OPENBLAS_CORETYPE asks\(rest)"
            case .parent: return "\(kernels), as the process that started this one chose"
            case .program:
                let first = firstPick.map { "it had \(lacking == nil ? "picked" : "loaded") \($0)\(unfitness), so " } ?? ""
                return "\(kernels); \(first)the program started itself again with OPENBLAS_CORETYPE=\(core)"
            }
        }
    }

    /// The variable that marks the second life of a process: "<pid>:<what OpenBLAS had picked>:<how often the
    /// process has executed itself>". Executing keeps the process
    /// identifier, so children that inherit the variable are not mistaken for it.
    static let guardVariable = "UNIVERSAL_NEURONS_KERNELS"

    /// Runs on with the kernels of `family`, or executes the process again with them (and then does not return).
    ///
    /// - Parameters:
    ///   - family: the family that a plan asks for; nil takes the best that the processor has, except where the environment
    ///     already names a family (`OPENBLAS_CORETYPE`) or a second life was started for one: that is kept if the processor can
    ///     run it.
    ///   - arguments: the arguments that the process was started with, its name first.
    /// - Returns: what runs now.
    /// - Throws: `KernelsError.familyNotSupported`, `.coreNotSupported` before anything can die of an illegal instruction,
    ///   `.wrongKernels` when the second life did not get what it asked for, `.notExecuted`.
    public static func select(_ family: KernelFamily?, arguments: [String] = CommandLine.arguments) throws -> Outcome {
        let processor = Processor.current
        let core = OpenBLAS.coreName
        let loaded = KernelFamily(coreName: core)
        let firstPick = firstPickOfThisProcess
        OpenBLAS.useOneThread()

        let isChosen = firstPick != nil || getenv("OPENBLAS_CORETYPE") != nil
        guard let wanted = try replacement(of: core, by: family, isChosen: isChosen, on: processor) else {
            let origin = origin(of: core)
            let better = origin == .environment && family == nil && loaded != processor.bestFamily ? processor.bestFamily : nil
            let lacking = firstPick.map(processor.missingFeatures(forCore:))
            return Outcome(
                family: loaded, core: core, firstPick: firstPick, origin: origin, better: better,
                lacking: lacking?.isEmpty == false ? lacking : nil)
        }
        guard firstPick == nil || family != nil && timesExecuted < 2 else {
            throw KernelsError.wrongKernels(wanted: wanted, loaded: core)
        }
        throw executeAgain(coreType: wanted.coreType, firstPick: firstPick ?? core, arguments: arguments)
    }

    /// The family that the process has to be executed again with; nil where the kernels that are loaded stay.
    ///
    /// - Parameters:
    ///   - core: the kernels that are loaded, as OpenBLAS names them. It loads what `OPENBLAS_CORETYPE` asks for even where the first
    ///     product then dies of an illegal instruction.
    ///   - family: what a plan asks for; nil for none in particular.
    ///   - isChosen: whether the environment, or a first life, has chosen what is loaded.
    /// - Throws: `KernelsError.familyNotSupported` for what a plan asks for, `.coreNotSupported` for what is loaded where the processor can
    ///   run neither it nor any family.
    static func replacement(of core: String, by family: KernelFamily?, isChosen: Bool, on processor: Processor) throws
        -> KernelFamily?
    {
        if let family { try check(family, on: processor) }
        let loaded = KernelFamily(coreName: core)
        let kept = isChosen ? loaded.flatMap { processor.families.contains($0) ? $0 : nil } : nil
        guard let wanted = family ?? kept ?? processor.bestFamily else {
            let missing = processor.missingFeatures(forCore: core)
            guard missing.isEmpty else { throw KernelsError.coreNotSupported(core, processor: processor.brand, missing: missing) }
            return nil
        }
        return wanted == loaded ? nil : wanted
    }

    /// Makes sure that a processor can run a family.
    ///
    /// - Throws: `KernelsError.familyNotSupported`.
    public static func check(_ family: KernelFamily, on processor: Processor) throws {
        let missing = processor.missingFeatures(for: family)
        guard missing.isEmpty else {
            throw KernelsError.familyNotSupported(family, processor: processor.brand, missing: missing)
        }
    }

    /// What OpenBLAS had picked in this process's first life; nil in the first life.
    private static var firstPickOfThisProcess: String? { mark.map { String($0[1]) } }

    /// Who chose the kernels that run now.
    private static func origin(of core: String) -> KernelOrigin {
        let (coreType, mark) = (getenv("OPENBLAS_CORETYPE"), getenv(guardVariable))
        return KernelOrigin(
            core: core, coreType: coreType.map { String(cString: $0) }, mark: mark.map { String(cString: $0) },
            isOwnMark: firstPickOfThisProcess != nil)
    }

    /// How often this process has executed itself.
    private static var timesExecuted: Int { mark.flatMap { $0.count > 2 ? Int($0[2]) : nil } ?? 0 }

    private static var mark: [Substring]? {
        guard let value = getenv(guardVariable) else { return nil }
        let parts = String(cString: value).split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "\(getpid())" ? parts : nil
    }

    /// Replaces the process's program by itself. Returns only when that fails, with the reason.
    private static func executeAgain(coreType: String, firstPick: String, arguments: [String]) -> KernelsError {
        setenv("OPENBLAS_CORETYPE", coreType, 1)
        setenv("OPENBLAS_NUM_THREADS", "1", 1)
        setenv(guardVariable, "\(getpid()):\(firstPick):\(timesExecuted + 1)", 1)
        fflush(nil)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        // The real path first, so that the process keeps its name in `ps`; the link where the file has been replaced since.
        var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        if readlink("/proc/self/exe", &path, Int(PATH_MAX)) > 0 { execv(path, &pointers) }
        execv("/proc/self/exe", &pointers)
        let code = errno
        return .notExecuted(code: code, reason: String(cString: strerror(code)))
    }
}
