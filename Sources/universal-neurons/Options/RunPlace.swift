import ArgumentParser
import Cluster
import Pipeline

/// A cluster's run as people name it: by its folder, or from any machine by where its coordinator listens.
enum RunPlace {
    /// The run's folder, here.
    case folder(RunFolder)
    /// Where its coordinator listens.
    case coordinator(Endpoint)

    /// What an argument of this kind is, for its help.
    static let help = ArgumentHelp(
        "Folder of the run, or where its coordinator listens (tcp://host:7400, with --keys).", valueName: "run")

    /// The run's folder, where it is here.
    var folder: RunFolder? {
        if case .folder(let folder) = self { folder } else { nil }
    }

    /// Reads a place.
    ///
    /// - Throws: `ClusterError.badEndpoint`, `ValidationError`.
    static func parse(_ text: String) throws -> RunPlace {
        if text.hasPrefix("tcp://") || text.hasPrefix("ipc://") { return .coordinator(try Endpoint(text)) }
        guard let folder = PathArgument(argument: text)?.planFolder else { throw ValidationError("Name the run's folder.") }
        return .folder(folder)
    }
}

extension RunPlace: CustomStringConvertible {
    /// As people write it.
    var description: String {
        switch self {
        case .folder(let folder): folder.path.string
        case .coordinator(let endpoint): endpoint.description
        }
    }
}
