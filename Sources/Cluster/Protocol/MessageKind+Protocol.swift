/// What the processes of a cluster tell each other. The bodies are the types that the comments name: JSON, but for those that
/// are `ByteCoded`.
///
/// Numbers are part of the protocol: a kind that changes its meaning raises `MessageHeader.version`.
extension MessageKind {
    // MARK: - Worker and coordinator

    /// A worker introduces itself: `WorkerHello`.
    static let workerHello = MessageKind(rawValue: 1)
    /// What it needs to know before it can offer anything: `Welcome`, with the files of `PlanFiles` behind it.
    static let welcome = MessageKind(rawValue: 2)
    /// A worker or a reducer is not wanted: `TurnedAway`.
    static let turnedAway = MessageKind(rawValue: 3)
    /// A worker has opened the plan and takes leases: `WorkerReady`.
    static let workerReady = MessageKind(rawValue: 4)
    /// A worker lives: `WorkerHeartbeat`.
    static let heartbeat = MessageKind(rawValue: 5)
    /// What there is to know: `Pulse`.
    static let pulse = MessageKind(rawValue: 6)
    /// Tasks for a worker: `LeaseGrant`, with the shard's rows behind it.
    static let lease = MessageKind(rawValue: 7)
    /// A lease is not wanted any more: a `LeaseID`.
    static let revoke = MessageKind(rawValue: 8)
    /// Every reducer has a task's numbers: `TaskReport`.
    static let taskDone = MessageKind(rawValue: 9)
    /// A task could not be computed: `TaskTrouble`.
    static let taskFailed = MessageKind(rawValue: 10)
    /// A lease comes back unfinished: a `LeaseID`.
    static let leaseReturned = MessageKind(rawValue: 11)
    /// A worker takes no more leases: a `WorkerID`.
    static let draining = MessageKind(rawValue: 12)
    /// A worker goes, without a lease: a `WorkerID`.
    static let left = MessageKind(rawValue: 13)
    /// A worker lacks a model: `ModelRequest`.
    static let modelRequest = MessageKind(rawValue: 14)
    /// Part of a model's file: `ModelPiece`, with the bytes behind it.
    static let modelPiece = MessageKind(rawValue: 15)
    /// The run is over: a `LongBody` with a `RunOutcome`. Workers and reducers leave.
    static let finished = MessageKind(rawValue: 16)

    // MARK: - Worker and a process with a question about neurons

    /// What a worker needs to know before it can offer anything, in place of a `welcome`: `Inquiry`, with the question behind it. Leases,
    /// heartbeats and models are as between worker and coordinator.
    static let inquiry = MessageKind(rawValue: 17)
    /// The sums of a batch of rows: `BatchAnswer`, with the sums behind it. It is acknowledged by a `revoke` of its lease.
    static let answer = MessageKind(rawValue: 18)
    /// A worker can make nothing of an inquiry: `InquiryRefusal`. It asks again a few times, then leaves.
    static let inquiryRefused = MessageKind(rawValue: 24)

    // MARK: - Somebody with a question and a coordinator that stands by

    /// Somebody asks a question, and again and again how it stands: `Ask`, with the question behind it where the coordinator does not know it.
    static let ask = MessageKind(rawValue: 19)
    /// How it stands: `QuestionStanding`.
    static let questionStanding = MessageKind(rawValue: 20)
    /// The sums of a batch are wanted, once the question is answered: `SumsRequest`.
    static let sumsRequest = MessageKind(rawValue: 21)
    /// The sums of a batch: `KeptSums`, with the sums behind it.
    static let keptSums = MessageKind(rawValue: 22)
    /// Whoever has asked goes, with the answer or without: the question's `Ask.key`.
    static let withdrawn = MessageKind(rawValue: 23)

    // MARK: - Reducer and coordinator

    /// A reducer introduces itself: `ReducerHello`.
    static let reducerHello = MessageKind(rawValue: 32)
    /// What it owns: `Assignment`, with the files of `PlanFiles` behind it.
    static let assignment = MessageKind(rawValue: 33)
    /// A reducer lives: `ReducerHeartbeat`.
    static let reducerHeartbeat = MessageKind(rawValue: 34)
    /// What has to be known of computations that were compared: `Verdict`.
    static let verdict = MessageKind(rawValue: 35)
    /// Fold everything, then say what is there: `FlushRequest`, with verdicts behind it.
    static let flush = MessageKind(rawValue: 36)
    /// What a reducer holds: `Inventory`, with `[SectionInventory]` behind it.
    static let inventory = MessageKind(rawValue: 37)
    /// Two workers' integers differ: a `ShardDisagreement`.
    static let disagreement = MessageKind(rawValue: 38)
    /// The coordinator wants some bytes of a file: `FileRequest`.
    static let fileRequest = MessageKind(rawValue: 39)
    /// Some bytes of a file: `FilePiece`, with the bytes behind it.
    static let filePiece = MessageKind(rawValue: 40)
    /// Summarise your groups, and say how far you are: `SummariseRequest`.
    static let summarise = MessageKind(rawValue: 41)
    /// So far: `SummariesReport`.
    static let summaries = MessageKind(rawValue: 42)

    // MARK: - Worker and reducer

    /// A worker has a parcel: a `ParcelOffer`.
    static let offer = MessageKind(rawValue: 64)
    /// A reducer has room for it: a `ParcelID`.
    static let invite = MessageKind(rawValue: 65)
    /// Some bytes of it: `ParcelPiece`, with the bytes behind it.
    static let piece = MessageKind(rawValue: 66)
    /// It is on the disk: a `ParcelID`.
    static let acknowledge = MessageKind(rawValue: 67)
    /// Its bytes were wrong: `ParcelRefusal`.
    static let refuse = MessageKind(rawValue: 68)

    // MARK: - People and coordinator

    /// How far is it? `StatusRequest`.
    static let statusRequest = MessageKind(rawValue: 96)
    /// So far: `ClusterStatus`.
    static let status = MessageKind(rawValue: 97)
    /// Something is to be done: `ControlOrder`.
    static let control = MessageKind(rawValue: 98)
    /// What became of it: `ControlReply`.
    static let controlReply = MessageKind(rawValue: 99)
    /// Another coordinator was meant: `OtherCoordinator`.
    static let otherCoordinator = MessageKind(rawValue: 100)
}
