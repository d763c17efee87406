import ArgumentParser
import Cluster

/// `keys`: the keys that protect a cluster.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make the keys that protect a cluster, and let others in.",
        discussion: """
            EXAMPLE:
              universal-neurons keys init keys
            """,
        subcommands: [Initialise.self, Add.self])

    /// `keys init`.
    struct Initialise: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Make the keys of a coordinator, a worker, a reducer, and of those who may control a run.",
            discussion: """
                EXAMPLE:
                  universal-neurons keys init keys

                server.key is the coordinator's. worker.key computes, reducer.key keeps statistics, control.key asks for the status, \
                retries and cancels; none can do what another does. Several processes may share a key. Copy to other machines what \
                they need: the key of their role with its .pub, and server.pub; for a reducer also the folder allowed.
                """)

        @Argument(help: "Folder to make.")
        var folder: PathArgument

        @OptionGroup var report: OutputOptions

        func run() throws {
            let session = try Session(report, label: "keys")
            let keys = try KeyFolder.create(at: folder.path)
            try session.finish(["folder": keys.path.string]) {
                "\(keys.path.string): what ends in .key is secret, the .pub halves are not\n"
            }
        }
    }

    /// `keys add`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Let the holder of another key in; a coordinator that runs sees it at once.",
            discussion: """
                EXAMPLE:
                  universal-neurons keys add keys worker lab-7
                  universal-neurons keys add keys worker lab-8 "$(cat worker.pub)"

                The first makes a pair, and a folder keys/lab-7 with all that a worker there needs; the second lets somebody in who has \
                a pair. Reducers know workers from the folder allowed, too: copy it to theirs.
                """)

        @Argument(help: "Folder of keys.")
        var folder: PathArgument

        @Argument(help: "What its holder may do: worker, reducer or control.", transform: KeyRoleArgument.parse)
        var role: KeyRole

        @Argument(help: "What logs call the key.")
        var name: String

        @Argument(help: "The public key: the 40 characters of a .pub file (default: a new one, in a folder of its own).")
        var key: String?

        @OptionGroup var report: OutputOptions

        func run() throws {
            let session = try Session(report, label: "keys")
            let keys = KeyFolder(folder.path)
            if let key {
                try keys.allow(publicKey: try PublicKey(key), as: role, named: name)
                try session.finish(["name": name, "role": role.rawValue]) { "\(name) is let in as \(role.rawValue)\n" }
            } else {
                let own = try keys.add(role, named: name).path.string
                try session.finish(["name": name, "role": role.rawValue, "folder": own]) {
                    "\(name) is let in as \(role.rawValue); \(own) is what it needs\n"
                }
            }
        }
    }
}
