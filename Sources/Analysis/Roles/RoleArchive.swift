import Storage
import SystemPackage

/// `roles.npz`: for each neuron with a role and each feature of a token how its effect on the tokens with the feature differs from that on
/// the others.
///
/// `layer` and `neuron`, int32 `[roles]`, in the order of `roles.csv`; `difference`, `t` and `reduction`, float64 `[roles, features]`, the
/// columns being those of `token_features` in `features.npz`; NaN where a feature holds for all tokens or for none.
public enum RoleArchive {
    /// Writes the archive in one step.
    ///
    /// - Throws: a `StorageError`.
    public static func write(
        _ findings: [RoleFinding], features: Int, to path: FilePath, on files: some FileLayer = LocalFiles()
    ) throws {
        func values(_ figure: (TokenContrast) -> Double) -> [Double] {
            findings.flatMap { finding in finding.contrasts.map { $0.map(figure) ?? .nan } }
        }
        let shape = [findings.count, features]
        try NumpyArchive.write(
            path,
            [
                .init("layer", findings.map { Int32($0.layer) }), .init("neuron", findings.map { Int32($0.neuron) }),
                .init("difference", values(\.difference), shape: shape), .init("t", values(\.t), shape: shape),
                .init("reduction", values(\.reduction), shape: shape),
            ], on: files)
    }
}
