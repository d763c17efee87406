import Synchronization

/// Carries values from any thread to the one thread whose loop drains it.
///
///     let results = Mailbox<Result>(wakeup: wakeup)
///     results.post(result)                          // on a computing thread
///     for result in results.drain() { … }           // in the loop, after each wait
///
/// It has no limit of its own: whoever hands out the work bounds how much of it can come back.
public final class Mailbox<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])
    private let wakeup: Wakeup

    /// - Parameter wakeup: What the loop waits for; several mailboxes may share it.
    public init(wakeup: Wakeup) { self.wakeup = wakeup }

    /// Adds a value and wakes the loop.
    public func post(_ element: Element) {
        elements.withLock { $0.append(element) }
        wakeup.signal()
    }

    /// Takes everything that was posted, in that order.
    public func drain() -> [Element] {
        elements.withLock { elements in
            defer { elements = [] }
            return elements
        }
    }
}
