import Diagnostics
import Foundation
import Testing

@testable import universal_neurons

@Suite("The status of a run")
struct StatusTests {
    private func decode<Value: Decodable>(outcome: String?, tasks: String = "", reducers: String = "", failed: String = "") throws -> Value
    {
        let outcome = outcome.map { "\"outcome\": \"\($0)\"," } ?? ""
        let plan = String(repeating: "0", count: 64)
        let text = """
            {"run": "r", "plan": "\(plan)", \(outcome) "tokens": 100, "tokensDone": 44, "tasks": {\(tasks)}, "workers": [],
             "reducers": [\(reducers)], "failed": [\(failed)], "disagreements": 0, "dropped": {}}
            """
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    @Test("says of tasks that they are running only while somebody runs them")
    func running() throws {
        let tasks = #""done": 3, "running": 8, "auditing": 2, "waiting": 1"#
        #expect(try StatusText(decode(outcome: nil, tasks: tasks)).text.contains("3 done, 8 running, 1 waiting, 2 auditing\n"))
        #expect(
            try StatusText(decode(outcome: "stopped", tasks: tasks)).text.contains("3 done, 8 were running, 1 waiting, 2 were auditing\n"))
    }

    @Test("names the store of each reducer, by which it can be given up")
    func stores() throws {
        let numbers = #""groups": 2, "stagedParcels": 0, "stagedBytes": 0, "bytesInFlight": 0, "offersWaiting": 0, "folded": 0"#
        let reducer = #"{"index": 0, "store": "node7:/scratch/r", \#(numbers), "receivedBytes": 0}"#
        let text = try StatusText(decode(outcome: "stopped", reducers: reducer)).text
        #expect(text.contains("reducer  store") && text.contains("node7:/scratch/r") && text.contains("not here"), "\(text)")
    }

    @Test("is watched until the run is complete")
    func complete() throws {
        var watch = StatusWatch(place: "runs/x")
        #expect(!watch.hasBegun)
        #expect(try !watch.isOver(decode(outcome: nil)) && watch.hasBegun)
        #expect(try watch.isOver(decode(outcome: "complete")))
    }

    /// The exit code and the text with which a watch ends.
    private func end(of body: () throws -> Void) throws -> (status: Int32, text: String) {
        do {
            try body()
        } catch {
            let report = ErrorReport(error)
            return (report.status, "\(report.message)\n\(report.remedy)")
        }
        return (0, "")
    }

    @Test("is watched as long as a coordinator may come again, and ends with 75 where none does", arguments: ["runs/x", "tcp://head:7400"])
    func stopped(place: String) throws {
        var watch = StatusWatch(place: place)
        for outcome in [nil, "stopped", "stopped", nil, "stopped"] { #expect(try !watch.isOver(decode(outcome: outcome))) }
        try watch.missAnswer()
        let (status, text) = try end { _ = try watch.isOver(decode(outcome: "stopped")) }
        #expect(status == ExitStatus.temporaryFailure.rawValue && text.contains(place) && text.contains("44 %"), "\(text)")
        #expect(text.contains("universal-neurons resume runs/x") == (place == "runs/x"), "\(text)")
    }

    @Test("ends as the coordinator does where tasks failed or somebody ended the run")
    func failed() throws {
        var watch = StatusWatch(place: "runs/x")
        let failed = try end { _ = try watch.isOver(decode(outcome: "incomplete", failed: #"{"task": "3.1", "failures": []}"#)) }
        #expect(failed.status == ExitStatus.software.rawValue && failed.text.contains("3.1"), "\(failed.text)")
        let cancelled = try end { _ = try watch.isOver(decode(outcome: "cancelled")) }
        #expect(cancelled.status == ExitStatus.interrupted.rawValue)
    }
}
