import ArgumentParser
import Diagnostics
import Foundation
import Kernels
import Storage

/// The process: parses, performs the command, and turns what it threw into output and exit code, here and nowhere else.
@main
enum Program {
    static func main() {
        // A reader that goes away must end the printing, not a job in the middle of a write.
        signal(SIGPIPE, SIG_IGN)
        BusErrors.install()
        LargeBlocks.returnWhenFreed()
        let arguments = Array(CommandLine.arguments.dropFirst())
        exit(run(arguments))
    }

    static func run(_ arguments: [String]) -> Int32 {
        do {
            // The parser would complain of the options of a command that there is not.
            if let name = arguments.first, !name.hasPrefix("-"), !UniversalNeurons.commands.contains(name) {
                throw CommandLineError.unknownCommand(name)
            }
            var command = try UniversalNeurons.parseAsRoot(arguments)
            try command.run()
            return 0
        } catch {
            return end(with: error, of: arguments)
        }
    }

    private static func end(with error: any Error, of arguments: [String]) -> Int32 {
        StandardError.shared.clearStatus()
        let report = ErrorReport(error, command: arguments.first)
        let asJSON = arguments.prefix { $0 != "--" }.contains("--json")
        do {
            switch report.form {
            case .requested(let text):
                try StandardOutput.write(text + "\n")
            case .silent:
                break
            case .failure where asJSON, .ended where asJSON:
                // In one line: before it there may be others with an object each.
                try StandardOutput.write(String(decoding: JSONFile.encode(["error": report], isPretty: false), as: UTF8.self))
            case .ended:
                StandardError.shared.line(report.message)
            case .failure(let usage):
                show(report, usage: usage)
            }
            return report.status
        } catch {
            let failure = ErrorReport(error)
            if case .failure(let usage) = failure.form { show(failure, usage: usage) }
            return report.status == 0 ? failure.status : report.status
        }
    }

    private static func show(_ report: ErrorReport, usage: String?) {
        // How a command is used has several lines, and nothing of it comes from a file.
        StandardError.shared.line("error: \(usage == nil ? report.message.printable() : report.message)")
        if !report.remedy.isEmpty { StandardError.shared.line("remedy: \(report.remedy.printable())") }
        if let usage { StandardError.shared.line(usage) }
    }
}
