import Foundation
import SmallRuns

/// What befalls the processes of a run once.
struct Blow {
    /// What is done to whom.
    enum Kind {
        case killOne, stopOne, killCoordinator, stopCoordinator, killAll
    }

    /// Ten of these, so that most blows fall on one process of several.
    private static let kinds: [Kind] = [
        .killOne, .killOne, .killOne, .killOne, .stopOne, .stopOne, .stopOne, .killCoordinator, .stopCoordinator, .killAll,
    ]

    let kind: Kind
    /// Progress and microseconds, the earlier of which it waits for.
    let steps: Int
    let pause: UInt32
    /// Which of the workers and reducers that are alive, from 0 to below 1.
    private let place: Double
    private let stop: UInt32

    init(of chaos: ClusterChaos, using generator: inout SeededGenerator) {
        kind = Self.kinds[Int.random(in: 0..<Self.kinds.count, using: &generator)]
        steps = Int.random(in: chaos.steps, using: &generator)
        pause = UInt32.random(in: chaos.pauses, using: &generator)
        place = Double.random(in: 0..<1, using: &generator)
        stop = UInt32.random(in: chaos.stops, using: &generator)
    }

    /// Strikes.
    ///
    /// - Returns: who was hit, alive, and how; nil where nobody was.
    func strike(_ coordinator: Int32) -> ChaosHistory.Hit? {
        let children = ProcessTree.children(of: coordinator)
        switch kind {
        case .killOne, .stopOne:
            guard !children.isEmpty else { return nil }
            let victim = children[Int(place * Double(children.count))]
            return strike(victim.process, as: victim.command)
        case .killCoordinator:
            let hit = strike(coordinator, as: "coordinator")
            if hit != nil { for child in children { ProcessTree.waitForEnd(of: child.process) } }
            return hit
        case .stopCoordinator: return strike(coordinator, as: "coordinator")
        case .killAll:
            // Killed before it has started anybody, on a busy machine it would never come to that.
            guard !children.isEmpty else { return nil }
            return Self.killAll(coordinator) ? ChaosHistory.Hit(who: "everything", isKilled: true) : nil
        }
    }

    /// Kills a coordinator and its processes, none of which can do anything about the others.
    ///
    /// - Returns: whether all of them were alive, and there were any.
    @discardableResult
    static func killAll(_ coordinator: Int32) -> Bool {
        let wasAlive = ProcessTree.stop(coordinator)
        let children = ProcessTree.children(of: coordinator)
        let wereAlive = children.map { ProcessTree.stop($0.process) }
        for child in children { kill(child.process, SIGKILL) }
        kill(coordinator, SIGKILL)
        return wasAlive && !children.isEmpty && wereAlive.allSatisfy(\.self)
    }

    /// Stops a process, and kills it or lets it go on later: what has been stopped was alive.
    private func strike(_ process: Int32, as name: String) -> ChaosHistory.Hit? {
        guard ProcessTree.stop(process) else { return nil }
        switch kind {
        case .killOne, .killCoordinator, .killAll:
            kill(process, SIGKILL)
            return ChaosHistory.Hit(who: name, isKilled: true)
        case .stopOne, .stopCoordinator:
            usleep(stop)
            kill(process, SIGCONT)
            return ChaosHistory.Hit(who: name, isKilled: false)
        }
    }
}
