import Diagnostics
import Scheduling
import Storage
import SystemPackage

/// Which reducer has which part of the plan: decided once, kept in the run's folder, so that a reducer that comes with an empty store is
/// never mistaken for the one that has the numbers.
struct ReducerRegistry: Sendable {
    /// A part of the plan that has been given to a store.
    struct Claim: Codable, Sendable, Hashable {
        /// The reducer's index.
        let index: Int
        /// Its host and its store's folder there.
        let host, folder: String

        /// The store as host:folder.
        var place: String { "\(host):\(folder)" }
    }

    /// What a reducer had taken in when it was last heard of: what a status shows of one that has ended.
    struct Intake: Codable, Sendable, Hashable {
        /// Sections × shards that are folded.
        let folded: Int
        /// Bytes that had arrived, those of its processes before included.
        let receivedBytes: Int
        /// What its last process had counted of them; nil where none is known.
        var counter: Counter?

        /// The bytes that had arrived at one process since it started.
        struct Counter: Codable, Sendable, Hashable {
            let name: String
            let process: Int32
            let bytes: Int
        }

        /// What is known once a process says what it has taken in: where it is another than before, or has begun anew, it counts from zero.
        func advanced(by counter: Counter, folded: Int) -> Intake {
            let isSame = self.counter.map { $0.name == counter.name && $0.process == counter.process && $0.bytes <= counter.bytes } ?? false
            let known = isSame ? self.counter?.bytes ?? 0 : 0
            // What comes from a network is any number.
            let (total, overflow) = receivedBytes.addingReportingOverflow(counter.bytes - known)
            return Intake(folded: folded, receivedBytes: overflow ? .max : total, counter: counter)
        }
    }

    /// What the reducers of a plan had taken in, while nobody has a part of it: reducers of a run's own begin anew each time.
    struct KeptIntakes {
        private let file: File

        /// Reads them from a run's claims; nil where there are none.
        ///
        /// - Throws: `StorageError`.
        init?(at path: FilePath) throws {
            guard Folder.holdsFile(path) else { return nil }
            let file = try JSONFile.read(File.self, from: path)
            guard file.intakes?.isEmpty == false else { return nil }
            self.file = File(plan: file.plan, claims: [], intakes: file.intakes)
        }

        /// Writes them as claims of nobody.
        ///
        /// - Throws: `StorageError`.
        func write(to path: FilePath, on files: any FileLayer) throws { try JSONFile.write(file, to: path, on: files) }
    }

    /// A reducer that is here.
    struct Contact: Sendable {
        let identity: RoutingIdentity
        /// The key that it has proved, with which it also listens; nil without keys.
        let key: PublicKey?
        let hello: ReducerHello
        var heard: SchedulerTime
        var heartbeat: ReducerHeartbeat?
    }

    private struct File: Codable {
        let plan: Digest
        let claims: [Claim]
        /// Reducers whose parts were given to others.
        var lost: [Int]?
        /// What each reducer had taken in, by index.
        var intakes: [Int: Intake]?
    }

    /// The reducers that have a part of the plan, ascending.
    private(set) var indices: [Int]
    /// The reducers that are here, by index.
    private(set) var contacts: [Int: Contact] = [:]
    private(set) var claims: [Int: Claim] = [:]
    /// The reducers that are lost for good, ascending.
    private(set) var lost: [Int] = []
    /// What each reducer had taken in when it was last heard of, by index.
    private(set) var intakes: [Int: Intake] = [:]
    /// What of that the file has.
    private var keptIntakes: [Int: Intake] = [:]
    private let plan: Digest
    private let pilot: Digest?
    private let path: FilePath
    private let files: any FileLayer

    /// Reads the claims of a run, if there are any for this plan.
    ///
    /// - Parameters:
    ///   - plan: the plan's identity.
    ///   - pilot: that of its pilot, where the run is screened.
    /// - Throws: `StorageError`.
    init(_ indices: [Int], plan: Digest, pilot: Digest? = nil, path: FilePath, on files: any FileLayer = LocalFiles()) throws {
        self.pilot = pilot
        self.files = files
        self.indices = indices
        self.plan = plan
        self.path = path
        if Folder.holdsFile(path) {
            let file = try JSONFile.read(File.self, from: path)
            if file.plan == plan {
                claims = Dictionary(file.claims.map { ($0.index, $0) }) { $1 }
                lost = file.lost ?? []
                intakes = file.intakes ?? [:]
                keptIntakes = intakes
            }
        }
    }

    /// Whether every part of the plan has its reducer here.
    var isComplete: Bool { contacts.count == indices.count }

    /// Where workers find them.
    var addresses: [ReducerAddress] {
        contacts.sorted { $0.key < $1.key }.map { ReducerAddress(index: $0.key, endpoint: $0.value.hello.endpoint, key: $0.value.key) }
    }

    /// The parts that wait for their reducer, for people.
    var missing: [String] {
        indices.filter { contacts[$0] == nil }.map { index in
            claims[index].map { "reducer \(index), whose store is \($0.place)" } ?? "reducer \(index)"
        }
    }

    /// A reducer, for people.
    func name(of index: Int) -> String {
        claims[index].map { "reducer \(index) (\(LogText.line($0.place)))" } ?? "reducer \(index)"
    }

    /// The reducers that have a part of the plan, for people.
    var names: [String] {
        indices.map { index in claims[index].map { "\(index) (\($0.place))" } ?? "\(index)" }
    }

    /// The index of a reducer by what people call it: its number, or its store as host:folder, or one of the two where no other has it.
    ///
    /// - Throws: `ClusterError.noSuchReducer`.
    func index(named name: String) throws -> Int {
        if let index = Int(name), indices.contains(index) { return index }
        let found = claims.values.filter { [$0.place, $0.host, $0.folder].contains(name) }
        guard found.count == 1, let index = found.first?.index, indices.contains(index) else {
            throw ClusterError.noSuchReducer(name, known: names)
        }
        return index
    }

    /// The index of a sender.
    func index(of identity: RoutingIdentity) -> Int? { contacts.first { $0.value.identity == identity }?.key }

    /// Takes a reducer in.
    ///
    /// - Returns: its index, or why it is not wanted.
    /// - Throws: `StorageError` when the claim cannot be kept.
    mutating func admit(
        _ hello: ReducerHello, from identity: RoutingIdentity, key: PublicKey?, at now: SchedulerTime, patience: Int64
    ) throws -> Result<Int, Refusal> {
        let index: Int
        // A store with the pilot's numbers, which are gathered, is as good as an empty one: its reducer empties it.
        if let store = hello.store, store.plan != pilot {
            guard store.plan == plan else {
                return .failure(Refusal(reason: "its store belongs to another run", remedy: Self.ownStore, status: .dataError))
            }
            guard !lost.contains(store.index) else {
                return .failure(
                    Refusal(
                        reason:
                            "its store is reducer \(store.index)'s, which was given up: others have its part of the plan and compute it again",
                        remedy: "do without it; the store is of no use any more and may be removed", status: .dataError))
            }
            guard indices.contains(store.index) else {
                return .failure(
                    Refusal(
                        reason: "its store is reducer \(store.index)'s, and the plan has \(indices.count)", remedy: Self.ownStore,
                        status: .dataError))
            }
            index = store.index
        } else {
            let own = claims.values.first { $0.host == hello.host && $0.folder == hello.folder }?.index
            guard let free = own ?? indices.first(where: { claims[$0] == nil }) else {
                let hosts = claims.values.sorted { $0.index < $1.index }.map(\.place).joined(separator: ", ")
                return .failure(
                    Refusal(
                        reason: "its store is empty, and every part of the plan has been given to a store already (\(hosts))",
                        remedy: "start it with the store of the reducer that is missing, or give that one up with `reassign`",
                        status: .configuration))
            }
            index = free
        }
        // From the same folder it is the one that was here, started again: the folder's lock lets in one at a time.
        if let other = contacts[index], other.identity != identity, now - other.heard < patience,
            (other.hello.host, other.hello.folder) != (hello.host, hello.folder)
        {
            return .failure(
                Refusal(
                    reason: "reducer \(index) is here already (\(other.hello.name))",
                    remedy: "stop one of the two, or give this one a store of its own"))
        }
        if claims[index] == nil {
            claims[index] = Claim(index: index, host: hello.host, folder: hello.folder)
            try save()
        }
        contacts[index] = Contact(identity: identity, key: key, hello: hello, heard: now)
        return .success(index)
    }

    /// Gives a reducer up for good: whoever comes with its store is not wanted. The others have to introduce themselves again.
    ///
    /// - Throws: `StorageError` when that cannot be kept.
    mutating func giveUp(_ index: Int) throws {
        indices.removeAll { $0 == index }
        claims[index] = nil
        intakes[index] = nil
        lost = Set(lost + [index]).sorted()
        contacts = [:]
        try save()
    }

    /// Keeps what the reducers have taken in, where that has changed, for whoever asks when nobody is here any more.
    ///
    /// - Throws: `StorageError`.
    mutating func keepIntakes() throws {
        guard intakes != keptIntakes, !claims.isEmpty else { return }
        try save()
    }

    private mutating func save() throws {
        let claims = claims.values.sorted { $0.index < $1.index }
        let file = File(plan: plan, claims: claims, lost: lost.isEmpty ? nil : lost, intakes: intakes.isEmpty ? nil : intakes)
        try JSONFile.write(file, to: path, on: files)
        keptIntakes = intakes
    }

    /// Takes a sign of life in.
    mutating func hear(_ index: Int, _ heartbeat: ReducerHeartbeat?, at now: SchedulerTime) {
        contacts[index]?.heard = now
        guard let heartbeat, let hello = contacts[index]?.hello else { return }
        contacts[index]?.heartbeat = heartbeat
        let counter = Intake.Counter(name: hello.name, process: hello.process, bytes: heartbeat.receivedBytes)
        intakes[index] = (intakes[index] ?? Intake(folded: 0, receivedBytes: 0)).advanced(by: counter, folded: heartbeat.folded)
    }

    /// Why a reducer is not wanted.
    struct Refusal: Error, Sendable, Hashable {
        let reason: String
        let remedy: String
        /// What it ends with: another try may help where nothing else is said.
        var status = ExitStatus.unavailable
    }

    private static let ownStore = "give it the folder of this run's reducer, or an empty one"
}
