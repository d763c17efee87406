import Kernels

/// SHA-256 of the results of `KernelFingerprint` as they must come out.
///
/// Our own kernels have one result on every machine. OpenBLAS's products have one for each kernel family and version.
enum ReferenceBits {
    /// Of `elementwiseReference()`.
    static let elementwise = "36ae51dd8db69e6cb34066906b4d286038bbf8c565769def2e8232e1cea5cf71"
    /// Of `referenceTile()`, by family.
    static let tile: [KernelFamily: String] = [
        .haswell: "a444dfdbede1f640667fd7b43a7385de4d22dd1999c357daf0ab1e096164e350",
        .skylakex: "7da7a4d46a214f95b1650ce4a8992b8c7099ac9150ee127a2347b5890f893cc5",
    ]
    /// The build that the tiles were recorded with.
    static let library = "OpenBLAS 0.3.21"
}
