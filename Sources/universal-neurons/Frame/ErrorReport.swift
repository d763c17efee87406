import ArgumentParser
import Diagnostics
import Pipeline

/// What is printed for something that was thrown, and the exit code that goes with it.
struct ErrorReport: Encodable {
    /// How it is shown.
    enum Form {
        /// Help, version or completion script: the user asked for it.
        case requested(String)
        /// What somebody asked for by a signal: to people no error.
        case ended
        /// An error; with how the command is used where the command line was wrong.
        case failure(usage: String?)
        /// Whoever reads the output is gone.
        case silent
    }

    let form: Form
    let message: String
    let remedy: String
    /// What the exit code means: the name of an `ExitStatus`, or `stopped`.
    let kind: String
    let status: Int32

    /// - Parameters:
    ///   - command: the first word of the command line, where there is one.
    ///   - signal: the number of the signal that asked this process to stop; nil where none did.
    init(_ error: any Error, command: String? = nil, signal: Int32? = StopSignals.received) {
        switch (error, signal) {
        case (PipelineError.stopped, let signal?):
            self.init(PipelineError.stopped, kind: "stopped", status: 128 + signal)
        case (PipelineError.endedWhileIdle, let signal?):
            // Engines and service managers tell by the code who was ended from who has come to an end.
            self.init(form: .ended, message: PipelineError.endedWhileIdle.message, remedy: "", kind: "stopped", status: 128 + signal)
        case (CommandLineError.outputClosed, _):
            self.init(
                form: .silent, message: CommandLineError.outputClosed.message, remedy: "", kind: "outputClosed",
                status: 128 + StopSignals.brokenPipe)
        case (let error as any DiagnosedError, _):
            self.init(error, kind: "\(error.exitStatus)", status: error.exitStatus.rawValue)
        default:
            self.init(parserError: error, of: command)
        }
    }

    private init(_ error: any DiagnosedError, kind: String, status: Int32) {
        self.init(form: .failure(usage: nil), message: error.message, remedy: error.remedy, kind: kind, status: status)
    }

    private init(parserError error: any Error, of command: String?) {
        let text = UniversalNeurons.message(for: error)
        switch UniversalNeurons.exitCode(for: error) {
        case .success:
            self.init(form: .requested(text), message: "", remedy: "", kind: "", status: 0)
        case .validationFailure:
            // The message comes first there; one with a list of values has several lines.
            let (full, told) = (UniversalNeurons.fullMessage(for: error), "Error: \(text)\n")
            let usage = (full.hasPrefix(told) ? full.dropFirst(told.count) : full[...]).split(separator: "\n")
            self.init(
                form: .failure(usage: usage.joined(separator: "\n")), message: text,
                remedy: "see `\(Self.words(usage: usage, command)) --help`", kind: "\(ExitStatus.usage)", status: ExitStatus.usage.rawValue)
        default:
            self.init(
                form: .failure(usage: nil), message: "internal error: \(text)",
                remedy: "report it with the command line and this message", kind: "\(ExitStatus.software)",
                status: ExitStatus.software.rawValue)
        }
    }

    /// The program and the command whose help it is that helps.
    private static func words(usage: [Substring], _ command: String?) -> String {
        // The parser knows the command of a command, too; of what a command has refused once it was begun it knows none.
        if let named = usage.last?.firstMatch(of: /See '(universal-neurons [a-z -]*[a-z]) --help'/) { return String(named.output.1) }
        guard let command, UniversalNeurons.commands.contains(command), command != "help" else { return "universal-neurons" }
        return "universal-neurons \(command)"
    }

    private init(form: Form, message: String, remedy: String, kind: String, status: Int32) {
        self.form = form
        self.message = message
        self.remedy = remedy
        self.kind = kind
        self.status = status
    }

    private enum CodingKeys: String, CodingKey {
        case message, remedy, kind, status
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(message, forKey: .message)
        if !remedy.isEmpty { try values.encode(remedy, forKey: .remedy) }
        try values.encode(kind, forKey: .kind)
        try values.encode(status, forKey: .status)
    }
}
