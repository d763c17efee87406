import Glibc

/// One thread of a team, as the operating system starts it.
final class TeamMember: Sendable {
    private let work: TeamWork
    private let thread: Int

    init(work: TeamWork, thread: Int) {
        self.work = work
        self.thread = thread
    }

    /// The running thread, or nil when the operating system refused it (the others then do its share).
    func start() -> pthread_t? {
        var handle = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &handle, nil,
            { pointer in
                guard let pointer else { return nil }
                let member = Unmanaged<TeamMember>.fromOpaque(pointer).takeRetainedValue()
                member.work.run(thread: member.thread)
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return nil
        }
        return handle
    }
}
