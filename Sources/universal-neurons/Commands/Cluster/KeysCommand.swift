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
            abstract: "Make the keys of a coordinator, and of a client that it lets in.",
            discussion: """
                EXAMPLE:
                  universal-neurons keys init keys

                The coordinator and the reducers need the whole folder; workers need client.key, client.pub and server.pub of it.
                """)

        @Argument(help: "Folder to make.")
        var folder: PathArgument

        @OptionGroup var report: OutputOptions

        func run() throws {
            let session = try Session(report, label: "keys")
            let keys = try KeyFolder.create(at: folder.path)
            try session.finish(["folder": keys.path.string]) {
                "\(keys.path.string): server.key and client.key are secret, their .pub halves are not\n"
            }
        }
    }

    /// `keys add`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Let the holder of another client's key in; a coordinator that runs sees it at once.",
            discussion: """
                EXAMPLE:
                  universal-neurons keys add keys lab-7 "$(cat client.pub)"
                """)

        @Argument(help: "Folder of keys.")
        var folder: PathArgument

        @Argument(help: "What logs call the client.")
        var name: String

        @Argument(help: "Its public key: the 40 characters of its client.pub.")
        var key: String

        @OptionGroup var report: OutputOptions

        func run() throws {
            let session = try Session(report, label: "keys")
            try KeyFolder(folder.path).allow(publicKey: try PublicKey(key), named: name)
            try session.finish(["name": name]) { "\(name) is let in\n" }
        }
    }
}
