import Foundation
import Scheduling
import Testing

@testable import Cluster

@Suite("The clock that leases run out by")
struct MonotonicClockTests {
    @Test("begins where it is told to, never goes back, and runs as fast as the machine's monotonic clock")
    func runs() {
        let offset = SchedulerTime(milliseconds: 30)
        let before = ContinuousClock.now
        let clock = MonotonicClock(from: offset)
        let after = ContinuousClock.now
        var last = offset
        for _ in 0..<20 {
            let least = ContinuousClock.now - after
            let now = clock.now
            let most = ContinuousClock.now - before
            #expect(now >= last)
            // Both ends are exact: milliseconds are cut off.
            #expect(now - offset >= Int64(least / .milliseconds(1)) && now - offset <= Int64(most / .milliseconds(1)))
            last = now
            usleep(2_000)
        }
        #expect(last > offset)
    }

    @Test("is the only one that state machines and their shells see: the wall's clock only dates what people read")
    func wall() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources").standardized
        // Entries of the ledger and snapshots of metrics bear a date, the log says since when a coordinator waits, and how old a file is that
        // somebody has left only its date tells.
        let dated = [
            "Ledger/Ledger.swift", "Ledger/LedgerEntry.swift", "Metrics/Model/MetricsBoard.swift", "Coordinator/Coordinator+Waiting.swift",
            "Process/LockedFolder.swift",
        ]
        let wall = /\bDate\b|\bgettimeofday\b|\bCLOCK_REALTIME\b|\btime\((nil|NULL|&)|\bDispatchWallTime\b|\bNSDate\b/
        let any = /\b(?:ContinuousClock|SuspendingClock|DispatchTime|clock_gettime|MonotonicClock)\b/
        var files = 0
        for module in ["Scheduling", "Cluster"] {
            let folder = root.appending(path: module)
            let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            for name in names where name.hasSuffix(".swift") {
                let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
                files += 1
                if code.contains(where: { $0.contains(wall) }) { #expect(dated.contains(name), "\(name)") }
                if module == "Scheduling" { #expect(!code.contains { $0.contains(any) }, "\(name)") }
            }
        }
        #expect(files > 100)
    }
}
