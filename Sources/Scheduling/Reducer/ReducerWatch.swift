/// Notices which reducers have fallen silent: says so once of each, and once when it is back.
///
/// Like all state machines here it has no clock: whoever drives it says when it is, and looks several times within the patience.
public struct ReducerWatch: Sendable, Equatable {
    /// What people should hear of.
    public enum Notice: Hashable, Sendable {
        /// Nothing has been heard of a reducer for so many milliseconds, which is too long.
        case silent(Int, milliseconds: Int64)
        /// It is back after so many.
        case back(Int, milliseconds: Int64)
    }

    /// A gap between two looks, in milliseconds, that is no absence however small the patience.
    private static let longestLook: Int64 = 1_000

    /// Milliseconds without a sign of life after which a reducer is missed.
    public let patience: Int64
    private var heard: [Int: SchedulerTime] = [:]
    private var silent: Set<Int> = []
    private var absences = Absences()
    /// When somebody looked last; nil before the first time.
    private var looked: SchedulerTime?

    /// Watches nobody yet.
    public init(patience: Int64) { self.patience = patience }

    /// A reducer should show up from now on, and has not been heard of.
    public mutating func expect(_ reducer: Int, at now: SchedulerTime) {
        if heard[reducer] == nil { heard[reducer] = now }
    }

    /// A reducer has given a sign of life.
    ///
    /// - Returns: what is to be told, if it was missed.
    public mutating func hear(_ reducer: Int, at now: SchedulerTime) -> Notice? {
        let silence = heard[reducer].map { absences.milliseconds(from: $0, to: now) } ?? 0
        heard[reducer] = now
        return silent.remove(reducer).map { .back($0, milliseconds: silence) }
    }

    /// A reducer is not waited for any more.
    public mutating func forget(_ reducer: Int) {
        heard[reducer] = nil
        silent.remove(reducer)
    }

    /// Time has passed.
    ///
    /// - Returns: those that are missed from now on.
    public mutating func look(at now: SchedulerTime) -> [Notice] {
        // Time in which nobody looked is time in which nobody could be heard.
        if let looked, now - looked > max(Self.longestLook, patience / 4) { absences.add(from: looked, to: now) }
        looked = now
        let missed = heard.mapValues { absences.milliseconds(from: $0, to: now) }.filter { $0.value > patience && !silent.contains($0.key) }
        silent.formUnion(missed.keys)
        return missed.sorted { $0.key < $1.key }.map { .silent($0.key, milliseconds: $0.value) }
    }

    /// The reducers that are missed, and for how many milliseconds they have been silent.
    public func silences(at now: SchedulerTime) -> [Int: Int64] {
        heard.filter { silent.contains($0.key) }.mapValues { absences.milliseconds(from: $0, to: now) }
    }
}
