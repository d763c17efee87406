import CKernels

/// Products and kernels of fixed inputs. Their bits prove that a machine computes as another one does, whatever its
/// libraries are called: `plan` hashes them, workers and `doctor` reproduce them.
public enum KernelFingerprint {
    /// Tokens and columns of the reference tile.
    public static let tokens = 4_096, columns = 256

    /// ``referenceTile()`` and ``elementwiseReference()``, computed once: a process keeps its kernels.
    public static let references = [referenceTile(), elementwiseReference()]

    /// The product of two seeded matrices [4096, 256], the first transposed: [256, 256], with the OpenBLAS kernels that run now.
    public static func referenceTile() -> [Float] {
        var numbers = SeededFloats(seed: 0x756E_6976_6572_7361)
        let a = numbers.normal(tokens * columns)
        let b = numbers.normal(tokens * columns)
        var c = [Float](repeating: 0, count: columns * columns)
        Gemm.multiply(columns, columns, tokens, a, lda: columns, transposeA: true, b, ldb: columns, into: &c, ldc: columns)
        return c
    }

    /// The results of our own kernels on seeded inputs of an odd size: the same on every machine. In order: gelu_new, gelu,
    /// exp, layer norm, causal softmax.
    public static func elementwiseReference() -> [Float] {
        let rows = 5
        let width = 333
        var numbers = SeededFloats(seed: 0x6E65_7572_6F6E_7300)
        let x = numbers.normal(rows * width, scale: 3)
        let gamma = numbers.normal(width)
        let beta = numbers.normal(width)
        var result: [Float] = []
        var out = [Float](repeating: 0, count: rows * width)
        un_bias_gelu_tanh(x, beta, &out, rows, width)
        result += out
        un_bias_gelu_erf(x, beta, &out, rows, width)
        result += out
        un_exp(x, &out, rows * width)
        result += out
        un_layer_norm(x, gamma, beta, &out, rows, width, 1e-5)
        result += out
        let side = 37
        var scores = numbers.normal(side * side, scale: 4)
        un_causal_softmax(&scores, side, side, 0.125)
        return result + scores
    }
}
