import Scheduling

/// How often the files of a run go to the same peer. Whoever waits for them asks again every few seconds; where they are large, the last ones are
/// still on their way, and more of them would only keep everybody's next message waiting.
struct LargeFilePace {
    /// Files of so many bytes go whenever they are asked for.
    static let smallest = 8 << 20
    /// What a coordinator is sure to send, over a line of 1 Gb/s, in a second.
    static let bytesPerSecond = 50 << 20

    private var sent: [RoutingIdentity: SchedulerTime] = [:]

    /// Whether files may go to a peer now; then they are counted as sent.
    ///
    /// - Parameter peers: that may be waiting for them as well.
    mutating func allows(_ bytes: Int, to peer: RoutingIdentity, among peers: Int, at now: SchedulerTime) -> Bool {
        guard bytes > Self.smallest else { return true }
        let pause = Int64(bytes) * 1_000 / Int64(Self.bytesPerSecond) * Int64(max(1, peers))
        // Those of long ago are of peers that have them, or have gone.
        sent = sent.filter { now - $0.value < pause }
        guard sent[peer] == nil else { return false }
        sent[peer] = now
        return true
    }
}
