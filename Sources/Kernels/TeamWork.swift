import Synchronization

/// What the threads of one `ThreadTeam.forEach` share.
final class TeamWork: Sendable {
    private let items: Int
    private let body: @Sendable (Int, Int) throws -> Void
    private let next = Atomic<Int>(0)
    private let failed = Atomic<Bool>(false)
    private let failure = Mutex<(item: Int, error: any Error)?>(nil)

    init(items: Int, body: @escaping @Sendable (Int, Int) throws -> Void) {
        self.items = items
        self.body = body
    }

    /// Takes items until there are none left or one has failed.
    func run(thread: Int) {
        while !failed.load(ordering: .acquiring) {
            let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard item < items else { return }
            do {
                try body(item, thread)
            } catch {
                failure.withLock { lowest in
                    if lowest.map({ item < $0.item }) ?? true { lowest = (item, error) }
                }
                failed.store(true, ordering: .releasing)
            }
        }
    }

    var lowestFailure: (any Error)? { failure.withLock { $0?.error } }
}
