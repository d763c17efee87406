import Diagnostics
import SystemPackage

/// What can go wrong between the processes of a cluster, on this process's own side.
///
/// What comes from the network is never an error of this kind: it is refused with a `MessageRefusal`, counted and dropped.
public enum ClusterError: DiagnosedError, Equatable {
    /// A text is no endpoint that this program uses.
    case badEndpoint(String, problem: String)
    /// Another process listens there already.
    case endpointTaken(Endpoint)
    /// Listening or connecting is not possible there.
    case endpointUnusable(Endpoint, problem: String)
    /// A text is no address for metrics.
    case badMetricsAddress(String, problem: String)
    /// Metrics cannot be served at an address.
    case metricsUnavailable(MetricsAddress, problem: String)
    /// A tcp endpoint was to be used without keys.
    case keysMissing(Endpoint)
    /// Keys of the wrong role: a server's are for listening, a client's for connecting.
    case wrongRole(Endpoint, isListening: Bool)
    /// Others than the owner can enter a folder that must be private.
    case folderNotPrivate(FilePath, problem: String, command: String)
    /// Others than the owner can read a secret key; `mode` is the file's permission bits.
    case secretExposed(FilePath, mode: UInt32, command: String)
    /// Others than the owner can change what says who is let in; `mode` is its permission bits.
    case allowListOpen(FilePath, mode: UInt32, command: String)
    /// A file that a folder of keys must have is not there.
    case keyMissing(FilePath)
    /// A file holds no key, or not the one that belongs there.
    case badKey(FilePath, problem: String)
    /// A text is no public key.
    case badKeyText(problem: String)
    /// A folder of keys has none for what a process wants to be; the file that it would be in.
    case noKey(FilePath, role: KeyRole)
    /// A key that does not say what its holder may do: earlier versions made one that could do everything.
    case keyWithoutRole(FilePath)
    /// A folder has keys already; new ones would lock every peer out that has the old ones.
    case keysExist(FilePath)
    /// A key cannot be kept under a name.
    case badKeyName(String)
    /// A message that this process made is larger than its receivers accept.
    case messageTooLarge(MessageKind, problem: String)
    /// A message's body cannot be written as JSON.
    case unencodable(MessageKind, problem: String)
    /// No coordinator has the run: one process does everything, or has gone on where a coordinator was.
    case ofOneProcess(FilePath, LoneRun)
    /// There is no ledger.
    case ledgerMissing(FilePath)
    /// A newer version of the program has written the ledger.
    case ledgerIsNewer(FilePath)
    /// The ledger belongs to another plan; identities as hexadecimal digits.
    case ledgerOfOtherPlan(FilePath, found: String, expected: String)
    /// There is no room for the ledger on its disk.
    case ledgerFull(FilePath, problem: String)
    /// The ledger cannot be opened, read or written.
    case ledgerUnusable(FilePath, problem: String)
    /// A coordinator or reducer did not want this process.
    case turnedAway(reason: String, remedy: String, status: Int32)
    /// What a coordinator, or a process with a question, has sent a worker to begin with is none of its kind, each time that it was asked for.
    case jobUnusable(attempts: Int, reason: String)
    /// Workers can make nothing of a question, and none has opened it; what the last one says.
    case questionUnusable(attempts: Int, worker: String, reason: String)
    /// The coordinator is a program that speaks another version of the protocol.
    case otherVersion(Endpoint, theirs: UInt16, ours: UInt16)
    /// The plan is spread over another number of reducers, and their stores hold its numbers.
    case otherReducers(planned: Int, asked: Int)
    /// A process could not be started.
    case childNotStarted(FilePath, problem: String)
    /// A process that was started again and again ends each time; whether it asks to be tried again when there is room.
    case childKeepsDying(String, end: String, isTemporary: Bool, lines: [String])
    /// Tasks are to be audited in a run whose workers need not have the same integers.
    case auditOfAnyKernels
    /// All that could be computed is; these tasks failed. The facts are of the first one; the run's folder or its coordinator's endpoint.
    case tasksFailed(count: Int, task: String, reason: String, run: String)
    /// Statistics of a run are missing, all of them of tasks that were given up.
    case tasksGivenUp(count: Int, run: FilePath)
    /// Batches of a question's rows could not be computed, all others are kept. The facts are of the first one; the reason names the host.
    case batchesFailed(count: Int, batch: Int, reason: String)
    /// Two workers have computed different sums of the same rows.
    case answersDiffer(batch: Int, workers: [String])
    /// A load that a cluster is measured with could not be brought.
    case loadFailed(task: String, reason: String)
    /// Somebody cancelled the run; its folder or its coordinator's endpoint.
    case cancelled(String)
    /// No coordinator works on a run.
    case noCoordinator(FilePath)
    /// A run is complete, and no coordinator works on it any more.
    case nothingRuns(FilePath)
    /// The plan has no task of that name; its shards and the block groups of each, where the plan is at hand.
    case noSuchTask(String, shards: Int?, groups: Int?)
    /// The run has no reducer of that name; those that it has.
    case noSuchReducer(String, known: [String])
    /// A reducer's part cannot go to others: there are none. Where its store was.
    case lastReducer(Int, store: String?)
    /// The run starts its reducers itself.
    case ownReducers(FilePath)
    /// A reducer of a complete run was to be given up, which has only ended; where its store is.
    case reducerHasEnded(FilePath, reducer: Int, store: String)
    /// A coordinator does not answer a question about neurons, or could not.
    case questionNotAnswered(reason: String, remedy: String, status: Int32)
    /// A coordinator did not do what it was asked for.
    case requestRefused(reason: String, remedy: String)
    /// No coordinator answers.
    case noAnswer(Endpoint, seconds: Int)
    /// A coordinator listens there that is another one than the one that a run's folder names; the name of its run.
    case otherCoordinator(Endpoint, run: String)
    /// Somebody listens there, and the handshake came to nothing.
    case handshakeFailed(Endpoint, HandshakeFailure)
    /// A reducer's folder holds the numbers of another plan, or of another reducer of this one.
    case storeOfOtherRun(FilePath, found: String, expected: String)
    /// A folder that a reducer is to begin its store in has something else in it already; the names of what it has.
    case storeNotEmpty(FilePath, holds: [String])
    /// A folder that a reducer is to begin its store in has the plan of another run.
    case storeOfOtherPlan(FilePath)
    /// A reducer cannot summarise its column groups.
    case notSummarised(reducer: Int, host: String, reason: String)
    /// A reducer announces a file that is larger than any of the plan can be; its size and the largest, in bytes.
    case gatheredTooLarge(reducer: Int, file: FilePath, announced: Int, allowed: Int)
    /// What came of a reducer's file is not what the reducer announced, twice; hashes as hexadecimal digits.
    case gatheredWrong(reducer: Int, file: FilePath, announced: String, found: String)
    /// There is something to be gathered that is not computed yet.
    case notComplete(FilePath)
    /// Nothing coordinates a run any more that is watched; its folder or its coordinator's endpoint, and per cent of it that are done.
    case notCoordinated(String, share: Int)
    /// The messaging library or the operating system refused something (descriptors, memory, threads).
    case refused(call: String, code: Int32, problem: String)

    public var message: String {
        switch self {
        case .badEndpoint(let text, let problem): "\"\(text)\" is no endpoint: \(problem)"
        case .endpointTaken(let endpoint): "another process listens at \(endpoint) already"
        case .endpointUnusable(let endpoint, let problem): "\(endpoint) cannot be used: \(problem)"
        case .badMetricsAddress(let text, let problem): "\"\(text)\" is no address for metrics: \(problem)"
        case .metricsUnavailable(let address, let problem): "metrics cannot be served at \(address): \(problem)"
        case .keysMissing(let endpoint): "\(endpoint) can be reached over the network, and there are no keys to protect it"
        case .wrongRole(let endpoint, let isListening):
            "\(endpoint) cannot be \(isListening ? "listened at with a client's" : "connected to with a server's") keys"
        case .folderNotPrivate(let folder, let problem, _): "the folder \(folder.string) is not private: \(problem)"
        case .secretExposed(let file, let mode, _):
            "the secret key \(file.string) can be read by others (mode 0\(String(mode, radix: 8)))"
        case .allowListOpen(let path, let mode, _):
            "\(path.string) says who is let in, and others can change it (mode 0\(String(mode, radix: 8)))"
        case .keyMissing(let file): "the key \(file.string) does not exist"
        case .badKey(let file, let problem): "\(file.string) is no usable key: \(problem)"
        case .badKeyText(let problem): "that is no public key: \(problem)"
        case .noKey(let file, let role): "\(file.string) does not exist: this folder has no \(role.rawValue)'s key"
        case .keyWithoutRole(let file): "\(file.string) does not say what the key may do: worker, reducer or control"
        case .keysExist(let folder): "\(folder.string) has keys already"
        case .badKeyName(let name): "\"\(name)\" cannot name a key"
        case .messageTooLarge(let kind, let problem): "a message of kind \(kind.rawValue) is too large to be sent: \(problem)"
        case .unencodable(let kind, let problem): "a message of kind \(kind.rawValue) cannot be written as JSON: \(problem)"
        case .ofOneProcess(let folder, let run): "the run in \(folder.string) \(run.words)"
        case .ledgerMissing(let file): "\(file.string) does not exist"
        case .ledgerIsNewer(let file): "the ledger \(file.string) was written by a newer version of this program"
        case .ledgerOfOtherPlan(let file, let found, let expected):
            "the ledger \(file.string) belongs to plan \(found.prefix(12)), not to \(expected.prefix(12))"
        case .ledgerFull(let file, let problem): "no room for the ledger \(file.string): \(problem)"
        case .ledgerUnusable(let file, let problem): "the ledger \(file.string) cannot be used: \(problem)"
        case .turnedAway(let reason, _, _): "the coordinator does not want this process: \(LogText.line(reason))"
        case .jobUnusable(let attempts, let reason):
            "what the coordinator sends cannot be used, \(attempts) times in a row: \(LogText.line(reason))"
        case .questionUnusable(let attempts, let worker, let reason):
            "no worker can use the question, it was refused \(attempts) times; \(LogText.line(worker)): \(LogText.line(reason))"
        case .questionNotAnswered(let reason, _, _): "the coordinator does not answer the question: \(LogText.line(reason))"
        case .otherVersion(let endpoint, let theirs, let ours):
            "the coordinator at \(endpoint) speaks version \(theirs) of the protocol, this program version \(ours)"
        case .otherReducers(let planned, let asked): "the run is spread over \(CountText.of(planned, "reducer")), not over \(asked)"
        case .auditOfAnyKernels: "no task can be audited with `kernels: any`: two workers' integers may differ, and both be right"
        case .childNotStarted(let program, let problem): "\(program.string) could not be started: \(problem)"
        case .childKeepsDying(let name, let end, _, let lines):
            "\(name) ends each time it is started (\(end))\(lines.last.map { ": \(LogText.line($0))" } ?? "")"
        case .tasksFailed(let count, let task, let reason, let run):
            "\(run): \(count) \(count == 1 ? "task" : "tasks") failed, everything else is computed; task \(task): \(LogText.line(reason))"
        case .tasksGivenUp(let count, let run):
            "\(run.string): \(CountText.of(count, "task")) \(count == 1 ? "was" : "were") given up: their statistics are missing, "
                + "all others are here"
        case .batchesFailed(let count, let batch, let reason):
            "\(CountText.of(count, "batch", plural: "batches")) of rows failed, all others are kept; "
                + "batch \(batch): \(LogText.line(reason))"
        case .answersDiffer(let batch, let workers):
            "\(workers.map { LogText.line($0) }.joined(separator: " and ")) computed different sums of batch \(batch): one of them is wrong"
        case .loadFailed(let task, let reason): "task \(task) of the measurement failed: \(LogText.line(reason))"
        case .cancelled(let run): "the run \(run.contains("://") ? "at" : "in") \(run) was cancelled"
        case .noCoordinator(let folder): "nothing is running: no coordinator works on the run in \(folder.string)"
        case .nothingRuns(let folder): "nothing is running: the run in \(folder.string) is complete"
        case .noSuchTask(let task, let shards?, let groups?):
            "the plan has no task \(task): it has \(CountText.of(shards, "shard")), each with \(CountText.of(groups, "block group"))"
        case .noSuchTask(let task, _, _): "the plan has no task \(task)"
        case .noSuchReducer(let name, let known):
            known.isEmpty
                ? "the run has no reducers" : "the run has no reducer \"\(LogText.line(name))\": it has \(known.joined(separator: ", "))"
        case .lastReducer(let reducer, _): "reducer \(reducer) is the only one: there is no other that could take its part"
        case .ownReducers(let folder): "the run in \(folder.string) starts its reducers itself"
        case .reducerHasEnded(let folder, let reducer, let store):
            "the run in \(folder.string) is complete: reducer \(reducer) has ended, and its numbers are kept in its store, "
                + LogText.line(store)
        case .requestRefused(let reason, _): LogText.line(reason)
        case .noAnswer(let endpoint, let seconds): "nobody answers at \(endpoint) within \(seconds) s"
        case .otherCoordinator(let endpoint, let run): "the coordinator at \(endpoint) is another one, of the run \(run)"
        case .handshakeFailed(let endpoint, let failure): "whoever listens at \(endpoint) does not let this process in: \(failure)"
        case .storeOfOtherRun(let folder, let found, let expected):
            "\(folder.string) holds the numbers of \(found), and the coordinator asks for those of \(expected)"
        case .storeNotEmpty(let folder, let names):
            "\(folder.string) is no reducer's store, and not empty: it holds \(Self.list(names))"
        case .storeOfOtherPlan(let file): "\(file.string) is the plan of another run"
        case .notSummarised(let reducer, let host, let reason):
            "reducer \(reducer) (\(LogText.line(host))) cannot summarise its groups: \(LogText.line(reason))"
        case .gatheredTooLarge(let reducer, let file, let announced, let allowed):
            "reducer \(reducer) announces \(announced) bytes for \(file.string), which has at most \(allowed)"
        case .gatheredWrong(let reducer, let file, let announced, let found):
            "what came from reducer \(reducer) for \(file.string) has the hash \(found.prefix(12)), not \(announced.prefix(12))"
        case .notComplete(let folder): "the run in \(folder.string) is not complete"
        case .notCoordinated(let place, let share): "nothing coordinates the run at \(place) any more; \(share) % of it is done"
        case .refused(let call, let code, let problem): "\(call) failed (\(problem), errno \(code))"
        }
    }

    public var remedy: String {
        switch self {
        case .badEndpoint: "write it as tcp://host:port, tcp://0.0.0.0:* for any free port, or ipc:///path"
        case .endpointTaken: "stop that process or choose another port or path"
        case .endpointUnusable: "check the address and this machine's network, or choose another"
        case .badMetricsAddress: "write it as host:port, such as 127.0.0.1:9400, or with * for any free port"
        case .metricsUnavailable: "choose another address or port for `--metrics`, or leave it out"
        case .keysMissing: "make keys with `universal-neurons keys init DIR` and pass them with `--keys DIR`, or ask for `--insecure`"
        case .wrongRole: "give the coordinator server.key, and whoever connects the key of its role and server.pub"
        case .folderNotPrivate(_, _, let command), .secretExposed(_, _, let command), .allowListOpen(_, _, let command):
            "run `\(command)`"
        case .keyMissing(let file):
            "check the path of the folder of keys; if it is the right one, copy \(file.lastComponent?.string ?? "the key") there from "
                + "\(Self.origin(ofKey: file)); only to set up a first cluster make keys with `universal-neurons keys init DIR`: new ones "
                + "lock out whoever has the old ones"
        case .badKey: "copy the file again from the folder that `universal-neurons keys init` made"
        case .badKeyText: "pass the 40 characters of the other side's .pub file"
        case .noKey(_, let role): "run `universal-neurons keys add DIR \(role.rawValue) NAME` beside server.key; copy the folder it makes"
        case .keyWithoutRole: "earlier versions made such keys; make new ones with `universal-neurons keys init DIR` for all machines"
        case .keysExist: "use them, or choose an empty folder"
        case .badKeyName: "use at most 64 letters, digits, dots, hyphens and underscores, beginning with a letter or a digit"
        case .messageTooLarge: "use smaller shards (`corpus.shard`), fewer workers or shorter names"
        case .unencodable: "report this with the command that led to it"
        case .ofOneProcess(let folder, let run): run.remedy(folder.string)
        case .ledgerMissing: "check the run's folder: only a run that a coordinator has had has a ledger"
        case .ledgerIsNewer: "use that version, or a newer one"
        case .ledgerOfOtherPlan: "start the coordinator with that run's own folder"
        case .ledgerFull: "make room on that disk and start again, nothing was lost"
        case .ledgerUnusable(let file, _):
            "repair the disk; where the ledger is lost, `universal-neurons resume \(Self.folder(of: file)) --rebuild-ledger` begins it anew"
        case .turnedAway(_, let remedy, _), .questionNotAnswered(_, let remedy, _): LogText.line(remedy)
        case .otherVersion: TurnedAway.sameVersion
        case .jobUnusable, .questionUnusable:
            "\(TurnedAway.sameVersion); if it is the same, report this with the command that led to it"
        case .otherReducers(let planned, _): "ask for \(planned), or use another folder"
        case .auditOfAnyKernels: "leave `--audit` out, or plan a run with kernels that all workers have, such as `kernels: haswell`"
        case .childNotStarted: "check that the program is still where it was started from"
        case .childKeepsDying: "look at its messages above, mend the cause, and start the same command again: what is done stays done"
        case .tasksFailed(_, _, _, let run):
            """
            see `universal-neurons status \(run)`, mend the cause, then `universal-neurons retry \(run) --failed` and start the same \
            command again; for results without these tasks, `universal-neurons gather \(Self.folder(ofRun: run)) --statistics` where \
            reducers elsewhere hold the rest, then `universal-neurons analyze \(Self.folder(ofRun: run)) --incomplete`
            """
        case .tasksGivenUp(_, let run):
            """
            mend the cause, then `universal-neurons retry \(run.string) --failed` and `universal-neurons resume \(run.string)`; `analyze` \
            and `similarity` take what is there with --incomplete
            """
        case .batchesFailed: "mend the cause and start the same command again: it goes on with the batches that are missing"
        case .answersDiffer:
            "run `doctor` on both machines, and check their memory; without the one that is wrong, start the same command again"
        case .loadFailed: "run `doctor`, and check that the temporary folder's disk has room"
        case .cancelled(let run): Self.resumption(of: run)
        case .noCoordinator(let folder): "`universal-neurons resume \(folder.string)` goes on with it"
        case .nothingRuns(let folder): "see `universal-neurons inspect \(folder.string)`"
        case .noSuchTask: "name it SHARD.GROUP, both counted from 0, as `status` does"
        case .noSuchReducer(_, let known) where known.isEmpty: "nothing is to be given away: its statistics are in the run's own folder"
        case .noSuchReducer: "name it by its number, or by its store as HOST:FOLDER; `status` shows them"
        case .lastReducer(_, let store):
            "start a reducer with an empty store in its place\(store.map { " (\($0))" } ?? ""): everything is computed again for it"
        case .ownReducers(let folder): "`universal-neurons resume \(folder.string)` computes again what their stores lack"
        case .reducerHasEnded(let folder, let reducer, _):
            "nothing has to be done; only where that store is lost for good, "
                + "`universal-neurons reassign \(folder.string) \(reducer) --lost` has all that it held computed again"
        case .requestRefused(_, let remedy): LogText.line(remedy)
        case .noAnswer: "check that a coordinator runs there, and that the firewall lets this machine in"
        case .otherCoordinator: "nothing was done; see with `universal-neurons status` how the run itself stands"
        case .handshakeFailed(_, let failure): failure.remedy
        case .storeOfOtherRun: "start the reducer with the folder of its own run, or with an empty one"
        case .storeNotEmpty: "start the reducer with its own store, or with a folder that is empty or does not exist yet"
        case .storeOfOtherPlan: "move it away, if nobody needs it there, and start the reducer again"
        case .notSummarised: "mend the cause there, start that reducer again, then the same command here: what is done stays done"
        case .gatheredTooLarge: "check that the reducer has the store of this run and the same version of the program"
        case .gatheredWrong: "check the network and the reducer's disk, then start the same command again: what has come is kept"
        case .notComplete(let folder): "go on with it by `universal-neurons resume \(folder.string)`, then gather"
        case .notCoordinated(let place, _): Self.resumption(of: place)
        case .refused: "look at the limits of this process (`ulimit -n`) and at the system's log, then start again"
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .badEndpoint, .badMetricsAddress, .badKeyName, .badKeyText: .usage
        case .endpointTaken, .endpointUnusable, .metricsUnavailable: .unavailable
        case .keysMissing, .wrongRole: .configuration
        case .folderNotPrivate, .secretExposed, .allowListOpen: .noPermission
        case .badKey, .keyWithoutRole: .dataError
        case .noKey, .keyMissing: .noInput
        case .keysExist: .cannotCreate
        case .messageTooLarge, .unencodable: .software
        case .ofOneProcess, .ledgerMissing: .noInput
        case .ledgerIsNewer, .ledgerOfOtherPlan: .dataError
        case .ledgerFull: .noRoom
        case .ledgerUnusable: .ioError
        case .turnedAway(_, _, let status), .questionNotAnswered(_, _, let status): ExitStatus(rawValue: status) ?? .unavailable
        case .otherVersion: .unavailable
        case .jobUnusable, .questionUnusable: .software
        case .otherReducers: .usage
        case .auditOfAnyKernels: .configuration
        case .childNotStarted: .osError
        case .childKeepsDying(_, _, let isTemporary, _): isTemporary ? .temporaryFailure : .software
        case .tasksFailed: .software
        case .tasksGivenUp: .dataError
        case .batchesFailed, .answersDiffer: .software
        case .loadFailed: .software
        case .cancelled: .interrupted
        case .noCoordinator, .nothingRuns: .unavailable
        case .noSuchTask, .noSuchReducer, .lastReducer, .ownReducers, .reducerHasEnded: .usage
        case .requestRefused: .temporaryFailure
        case .noAnswer, .otherCoordinator: .unavailable
        case .handshakeFailed(_, let failure): failure.exitStatus
        case .storeOfOtherRun, .storeNotEmpty, .storeOfOtherPlan: .dataError
        case .notSummarised, .gatheredTooLarge, .gatheredWrong: .dataError
        case .notComplete, .notCoordinated: .temporaryFailure
        case .refused: .osError
        }
    }
}

extension ClusterError {
    /// What goes on with a run: its folder, or where its coordinator listened.
    private static func resumption(of run: String) -> String {
        run.contains("://")
            ? "start its coordinator again: `universal-neurons resume` with the run's folder, on its machine"
            : "go on with it by `universal-neurons resume \(run)`"
    }

    /// What a command takes as a run's folder where only its coordinator's endpoint may be known.
    private static func folder(ofRun run: String) -> String { run.contains("://") ? "RUN" : run }

    /// Where a key that is missing can be had from.
    private static func origin(ofKey file: FilePath) -> String {
        switch file.stem {
        case "server" where file.extension == "key": "where the coordinator ran before"
        case "server": "the coordinator's folder of keys, or from another machine that has it"
        default: "the folder that `universal-neurons keys add` made for this machine, or the coordinator's"
        }
    }

    /// The folder that a file of a run lies in, as a command takes it.
    private static func folder(of file: FilePath) -> String {
        let folder = file.removingLastComponent()
        return folder.isEmpty ? "." : folder.string
    }

    /// Some names, for people; the first of many.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(4).map { LogText.line($0) }.joined(separator: ", ")
        return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
    }

    /// Whether it concerns a single message that cannot be sent, and not the connection.
    var isOfOneMessage: Bool {
        switch self {
        case .messageTooLarge, .unencodable: true
        default: false
        }
    }
}
