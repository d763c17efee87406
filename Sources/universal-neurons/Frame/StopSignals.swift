import Dispatch
import Foundation
import Pipeline
import Synchronization

/// Turns Ctrl-C and termination into a request to stop.
///
/// The first signal asks the job to stop at its next safe point, the second ends the process at once; what is on disk is complete
/// either way. A job for whom others wait is asked by the second to leave at once, so that it can tell them, and ended by the third. Only
/// jobs that look at the request install it, every other command dies of the signal as usual.
enum StopSignals {
    /// The number of SIGPIPE.
    static let brokenPipe = SIGPIPE

    /// What a signal does.
    enum Step {
        /// Asks the job to stop at its next safe point, or to leave at once; ends the process.
        case stop, leave, end
    }

    private static let first = Atomic<Int32>(0)
    private static let isSecondHeeded = Atomic<Bool>(false)
    private static let count = Atomic<Int>(0)
    private static let installed = Mutex<[any DispatchSourceSignal]>([])

    /// The signal that asked this process to stop; nil while none did.
    static var received: Int32? {
        let signal = first.load(ordering: .relaxed)
        return signal == 0 ? nil : signal
    }

    /// The job looks at the second request from now on; until then nobody waits for it, and the second signal ends the process.
    static func heedSecond() { isSecondHeeded.store(true, ordering: .relaxed) }

    /// What a signal does before which there were so many.
    static func step(after signals: Int, isSecondHeeded: Bool) -> Step {
        switch signals {
        case 0: .stop
        case 1 where isSecondHeeded: .leave
        default: .end
        }
    }

    /// Hands SIGINT, SIGTERM and SIGHUP to `request`, the second of them to `second` where there is one. A SIGHUP that is ignored already
    /// (nohup) stays ignored.
    static func install(_ request: StopRequest, second: StopRequest? = nil) {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var previous = sigaction()
            sigaction(number, nil, &previous)
            if number == SIGHUP, isIgnored(previous) { continue }
            signal(number, SIG_IGN)
            installed.withLock { $0.append(source(number, for: request, second)) }
        }
    }

    private static func source(_ number: Int32, for request: StopRequest, _ second: StopRequest?) -> any DispatchSourceSignal {
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
        source.setEventHandler {
            let isHeeded = second != nil && isSecondHeeded.load(ordering: .relaxed)
            switch step(after: count.add(1, ordering: .relaxed).oldValue, isSecondHeeded: isHeeded) {
            case .stop:
                first.store(number, ordering: .relaxed)
                request.raise()
                StandardError.shared.line("stopping at the next safe point; once more to stop at once")
            case .leave:
                second?.raise()
                StandardError.shared.line("leaving at once; once more to end without a word to the coordinator")
            case .end: _exit(128 + number)
            }
        }
        source.activate()
        return source
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
