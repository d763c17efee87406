import ArgumentParser
import Cluster

/// What protects the connections of a cluster.
struct SecurityOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of keys, made by `keys init` or `keys add`.", valueName: "folder"))
    var keys: PathArgument?

    @Flag(help: "Use tcp without keys: whoever reaches the port can take part.")
    var insecure = false

    func validate() throws {
        if insecure, keys != nil { throw ValidationError("--keys and --insecure exclude each other.") }
    }

    /// The same as they stand behind a command, after a space; empty where none was given.
    var text: String {
        if let keys { return " --keys \(keys.path)" }
        return insecure ? " --insecure" : ""
    }

    /// The same for the sockets.
    var value: ClusterSecurity { ClusterSecurity(keys: keys?.path, isInsecure: insecure) }
}
