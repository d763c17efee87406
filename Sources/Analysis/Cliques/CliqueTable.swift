import Storage
import SystemPackage

/// The table of cliques, `cliques.csv`: one row a clique, group by group of models, within a group the largest first, then the strongest.
///
/// `members` are model:layer.neuron, or the names that other columns have, with spaces between; `strength` is the smallest correlation of
/// two members, `excess` that of the reference's neuron over them, empty without one.
public struct CliqueTable: Sendable {
    /// The names of the columns.
    public static let columns = ["id", "size", "strength", "excess", "members"]
    /// The table as text, with a header line.
    public let csv: String

    /// The table of some groups' cliques; their numbers go on from group to group.
    ///
    /// - Parameter name: what a neuron of a layer is called within its model.
    public init(_ findings: [CliqueFinding], name: (_ layer: Int, _ neuron: Int) -> String = { "\($0).\($1)" }) {
        var text = Self.columns.joined(separator: ",") + "\n"
        var id = 0
        for finding in findings {
            for (clique, excess) in zip(finding.cliques, finding.excess) {
                let members = clique.members.map { member in
                    let model = finding.models[member.model]
                    let place = model.position(of: member.neuron)
                    return "\(model.id):\(name(place.layer, place.neuron))"
                }
                text += "\(id),\(clique.size),\(clique.strength),\(excess.map { "\(Float($0))" } ?? ""),\(members.joined(separator: " "))\n"
                id += 1
            }
        }
        csv = text
    }

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, with: csv, on: files)
    }
}
