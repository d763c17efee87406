import COpenBLAS

/// The OpenBLAS library as it is loaded in this process.
public enum OpenBLAS {
    /// The kernels that run now, as OpenBLAS names them: "Haswell", "Zen", "SkylakeX", "Prescott", …
    public static var coreName: String {
        guard let name = openblas_get_corename() else { return "unknown" }
        return String(cString: name)
    }

    /// The family of the kernels that run now, or nil when they belong to none that a plan can name.
    public static var family: KernelFamily? { KernelFamily(coreName: coreName) }

    /// Whether the kernels that run now have the bits of those that OpenBLAS names so: they are the same, or of one family.
    public static func hasBits(ofCore name: String) -> Bool {
        name == coreName || (family != nil && family == KernelFamily(coreName: name))
    }

    /// The library's version and build options, for example "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …".
    public static var configuration: String {
        guard let text = openblas_get_config() else { return "unknown" }
        return String(cString: text)
    }

    /// How many threads one product may use.
    public static var threads: Int { Int(openblas_get_num_threads()) }

    /// Makes every product run on the thread that asks for it. A product on two threads has other bits than on one, so
    /// threads are ours alone. Idempotent; call it before the first product.
    public static func useOneThread() {
        openblas_set_num_threads(1)
    }
}
