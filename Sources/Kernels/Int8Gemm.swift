import COneDNN
import Glibc

/// Exact matrix products of quantised activations, by oneDNN on the calling thread: integers, so the same bits on every processor.
///
/// oneDNN adds 128 to one factor, multiplies unsigned by signed numbers, and takes the surplus off by the sums of rows and columns.
/// - With VNNI four products at a time go into 32 bits, and nothing saturates: over `longest` tokens their sum is at most
///   65,536 · 255 · 127 < 2³¹.
/// - Without, the products of two neighbouring tokens are added in 16 bits, which *saturate silently* at 32,767: 2 · 255 · 127 = 64,770 is
///   far above, 2 · (63 + 128) · 63 = 24,066 below. So 8 bits need VNNI, and 7 bits need nothing.
///
/// Tried: factors stored by token instead of by column, 1.55 × the speed of SGEMM (tiles of 1,024 over 4,096 tokens, one thread of a
/// Zen 3), by column 1.7 ×; 64 more bytes between columns changed nothing.
public enum Int8Gemm {
    /// The most tokens of one product.
    public static let longest = 65_536

    /// Makes OpenMP use one thread for what the calling thread asks for: the setting is each thread's own. nil where oneDNN was built without
    /// OpenMP.
    private static let setThreads: (@convention(c) (Int32) -> Void)? = dlsym(nil, "omp_set_num_threads").map {
        unsafeBitCast($0, to: (@convention(c) (Int32) -> Void).self)
    }

    /// C[m, n] = A[m, k] B[n, k]ᵀ, added to C when `accumulate` is true.
    ///
    /// - Parameters:
    ///   - k: at most `longest`.
    ///   - a: A; rows are `lda` elements apart. No value may have more bits than `check` has let through.
    ///   - b: B; rows are `ldb` elements apart.
    ///   - c: C; rows are `ldc` elements apart. The caller knows that what is added fits into 32 bits.
    /// - Throws: `KernelsError.productFailed`.
    public static func multiply(
        _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Int8>, lda: Int, _ b: UnsafePointer<Int8>, ldb: Int,
        into c: UnsafeMutablePointer<Int32>, ldc: Int, accumulate: Bool = false
    ) throws {
        guard m > 0, n > 0 else { return }
        precondition(k >= 0 && k <= longest, "a product of so many tokens may not fit into 32 bits")
        precondition(lda >= max(1, k) && ldb >= max(1, k) && ldc >= n, "a leading dimension is less than its row")
        guard k > 0 else {
            // oneDNN would leave C as it is.
            if !accumulate { for row in 0..<m { (c + row * ldc).update(repeating: 0, count: n) } }
            return
        }
        setThreads?(1)
        var offset: Int32 = 0
        let (plain, transposed, fixed) = (letter("N"), letter("T"), letter("F"))
        let status = dnnl_gemm_s8s8s32(
            plain, transposed, fixed, dnnl_dim_t(m), dnnl_dim_t(n), dnnl_dim_t(k), 1, a, dnnl_dim_t(lda), 0, b, dnnl_dim_t(ldb), 0,
            accumulate ? 1 : 0, c, dnnl_dim_t(ldc), &offset)
        guard status == dnnl_success else { throw KernelsError.productFailed(status: Int(status.rawValue)) }
    }

    private static func letter(_ scalar: Unicode.Scalar) -> CChar { CChar(truncatingIfNeeded: scalar.value) }

    /// The most bits with which products are exact here.
    public static var mostBits: QuantisedBits { mostBits(on: .current) }

    /// The most bits with which products are exact on a processor.
    public static func mostBits(on processor: Processor) -> QuantisedBits { (try? check(.eight, on: processor)) == nil ? .seven : .eight }

    /// Makes sure that products of values of so many bits are exact here.
    ///
    /// - Throws: `KernelsError.bitsNotSupported`, `.productFailed`.
    public static func check(_ bits: QuantisedBits) throws { try check(bits, on: .current) }

    /// Makes sure that products of values of so many bits are exact on a processor, as far as this machine can tell.
    ///
    /// - Throws: `KernelsError.bitsNotSupported`, `.productFailed`.
    public static func check(_ bits: QuantisedBits, on processor: Processor) throws {
        if bits == .eight, !processor.hasVNNI {
            throw KernelsError.bitsNotSupported(bits.rawValue, processor: processor.brand, reason: "it lacks VNNI")
        }
        guard try (bits == .eight ? eightBits : sevenBits).get() else {
            throw KernelsError.bitsNotSupported(
                bits.rawValue, processor: processor.brand, reason: "oneDNN's products of the largest values saturate")
        }
    }

    // Whether a processor's VNNI is used is oneDNN's decision and its environment's (ONEDNN_MAX_CPU_ISA): only a product can tell.
    private static let eightBits = Result { try areExact(.eight) }
    private static let sevenBits = Result { try areExact(.seven) }

    /// Whether products of the largest values, of either sign, come out right: in these a sum of 16 bits saturates if it ever does.
    private static func areExact(_ bits: QuantisedBits) throws -> Bool {
        let (m, n, k) = (96, 80, 1_024)
        let limit = Int8(bits.limit)
        for (left, right) in [(limit, limit), (limit, -limit), (-limit, limit), (-limit, -limit)] {
            let a = [Int8](repeating: left, count: m * k)
            let b = [Int8](repeating: right, count: n * k)
            var c = [Int32](repeating: 0, count: m * n)
            try multiply(m, n, k, a, lda: k, b, ldb: k, into: &c, ldc: n)
            let expected = Int32(left) * Int32(right) * Int32(k)
            guard c.allSatisfy({ $0 == expected }) else { return false }
        }
        return true
    }
}
