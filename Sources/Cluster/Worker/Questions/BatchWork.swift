import Analysis
import Pipeline
import Scheduling
import Statistics

/// The computation of a batch of a question's rows, on a thread of its own.
struct BatchWork: Sendable {
    /// What it tells the loop.
    enum Event: Sendable {
        /// It is computed.
        case computed(LeaseID, PredictionRows)
        /// It could not be computed.
        case failed(LeaseID, reason: String)
        /// Nobody wanted it any more.
        case dropped(LeaseID)
    }

    let lease: LeaseID
    let rows: ShardRows
    let computer: InterventionComputer
    /// Raised when nobody wants it any more.
    let stop: StopRequest
    let rate: TokenRate
    let mailbox: Mailbox<Event>

    /// Starts the thread.
    func start() {
        ComputingThread.start {
            run()
        } then: {
            mailbox.post($0)
        }
    }

    private func run() -> Event {
        do {
            return .computed(lease, try computer.sums(of: rows, check: stop.check) { rate.add(rows.context) })
        } catch {
            guard !stop.isRaised else { return .dropped(lease) }
            return .failed(lease, reason: "\(error)")
        }
    }
}
