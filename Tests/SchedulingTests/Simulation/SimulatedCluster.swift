import Scheduling
import SmallRuns
import Statistics
import Storage

/// A whole run in one thread and simulated time: the real state machines, pretended work, a network and machines that fail by a seed.
final class SimulatedCluster {
    enum Happening {
        case delivery(SimulatedMessage, from: SimulatedPlace, to: SimulatedPlace)
        case computed(WorkerID, LeaseID, TaskID)
        case workerTick(WorkerID)
        case coordinatorTick
        case reducerTick(Int)
        case disk(Int, life: Int, DiskStep)
        case resumption
        case trouble
    }

    enum DiskStep {
        case stage(ParcelID)
        case foldSection(ParcelID, ParcelOffer.Section)
        case foldEnd([ParcelID])
        case foldStop([SectionKey: [ParcelID]], damaged: ParcelID?)
        case empty([SectionKey])
    }

    let settings: SimulationSettings
    var generator: SeededGenerator
    var queue = EventQueue<Happening>()
    var now: Int64 = 0
    var scheduler: TaskScheduler
    var records: [(SchedulerRecord, SchedulerTime)] = []
    var workers: [WorkerID: SimulatedWorker] = [:]
    var reducers: [SimulatedReducer]
    var cutOff: (place: SimulatedPlace, until: Int64)?
    var epoch = 0
    var born = 0
    var round = 0
    var inventories: [Int: [SectionKey: [Int: FoldedShard]]]?
    /// Whether a coordinator that was started again knows what the reducers hold: before that it gives nothing.
    var isOpen = true
    /// Shards of the plan, which may grow.
    var shards: Int
    /// The coordinator does nothing before this time, as if stopped.
    var coordinatorStoppedUntil: Int64 = 0
    var outcome: RunOutcome?
    /// How many attempts were begun, for histories that must not waste work.
    var computations = 0
    var deaths = 0
    /// All workers that ever computed false numbers on purpose.
    var liars: Set<WorkerID> = []
    /// How often a worker that sent nothing lost its place at a reducer to another with the same parcel.
    var takeovers = 0
    var problems: [String] = []

    init(settings: SimulationSettings, seed: UInt64) {
        self.settings = settings
        shards = settings.shards
        generator = SeededGenerator(history: seed)
        scheduler = TaskScheduler(shards: Array(0..<settings.shards), groups: settings.groups, policy: settings.policy, epoch: 0)
        reducers = (0..<settings.reducers).map { _ in
            SimulatedReducer(audits: settings.policy.auditRule, comparesIntegers: !settings.areFamiliesMixed)
        }
        for index in 0..<settings.workers {
            bear(isLiar: index == 0 && settings.lies > 0, holdsAll: index < 2 || !settings.areWorkersSmall)
        }
        queue.add(.coordinatorTick, at: 0)
        for index in 0..<settings.reducers { queue.add(.reducerTick(index), at: Int64(index)) }
        queue.add(.trouble, at: 100)
    }

    var time: SchedulerTime { SchedulerTime(milliseconds: now) }
    var isCalm: Bool { now >= settings.calmAfter }

    /// Plays until the run ends, or until it should have.
    func play() -> RunOutcome? {
        let end = settings.calmAfter + 120_000
        while outcome == nil, let (time, happening) = queue.next() {
            now = time
            guard now < end else { break }
            happen(happening)
        }
        return outcome
    }

    private func happen(_ happening: Happening) {
        switch happening {
        case .delivery(let message, let sender, let place): deliver(message, from: sender, to: place)
        case .computed(let worker, let lease, let task): finishComputing(task, under: lease, at: worker)
        case .workerTick(let worker): tick(worker)
        case .coordinatorTick:
            guard coordinatorStoppedUntil <= now else { return queue.add(.coordinatorTick, at: coordinatorStoppedUntil) }
            schedule(.tick)
            if inventories != nil { askReducers() }
            queue.add(.coordinatorTick, at: now + 100)
        case .resumption: schedule(.resumed)
        case .reducerTick(let index):
            reduce(.tick, at: index)
            queue.add(.reducerTick(index), at: now + 100)
        case .disk(let index, let life, let step):
            if reducers[index].life == life { write(step, at: index) }
        case .trouble: trouble()
        }
    }

    // MARK: - The network

    func send(_ message: SimulatedMessage, from sender: SimulatedPlace, to place: SimulatedPlace) {
        if !isCalm, generator.chance(settings.loss) { return }
        let copies = !isCalm && generator.chance(settings.duplication) ? 2 : 1
        for _ in 0..<copies {
            let delay = !isCalm && generator.chance(settings.lateness) ? Int64.random(in: 100...1_500, using: &generator) : 1
            queue.add(.delivery(message, from: sender, to: place), at: now + delay + Int64.random(in: 0...5, using: &generator))
        }
    }

    private func deliver(_ message: SimulatedMessage, from sender: SimulatedPlace, to place: SimulatedPlace) {
        if let cutOff, cutOff.until > now, (cutOff.place == sender) != (cutOff.place == place) { return }
        if place == .coordinator, coordinatorStoppedUntil > now {
            return queue.add(.delivery(message, from: sender, to: place), at: coordinatorStoppedUntil)
        }
        switch (place, message) {
        case (.coordinator, .scheduler(let event)): hear(event)
        case (.coordinator, .inventory(let reducer, let round, let held)): takeInventory(of: reducer, round: round, held)
        case (.worker(let id), _): receive(message, at: id, from: sender)
        case (.reducer(let index), .offer(let offer)):
            reducers[index].offers[offer.parcel, default: [:]][offer.worker] = offer
            reduce(.offered(offer), at: index)
        case (.reducer(let index), .piece(let parcel, let worker)): reduce(.progressed(parcel, from: worker), at: index)
        case (.reducer(let index), .parcel(let parcel, let worker)): reduce(.arrived(parcel, from: worker), at: index)
        case (.reducer(let index), .verdict(let event)): reduce(event, at: index)
        case (.reducer(let index), .flush(let round, let wrong)):
            reduce(.flush(round: round, wrong: wrong), at: index)
        default: problems.append("a message went astray")
        }
    }
}
