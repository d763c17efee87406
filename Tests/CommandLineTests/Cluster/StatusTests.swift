import Cluster
import Diagnostics
import Foundation
import Pipeline
import Scheduling
import SmallRuns
import SystemPackage
import Testing

@testable import universal_neurons

@Suite("The status of a run")
struct StatusTests {
    private func decode<Value: Decodable>(
        outcome: String?, tokens: Int = 100, tasks: String = "", reducers: String = "", failed: String = "", more: String = ""
    ) throws -> Value {
        let outcome = outcome.map { "\"outcome\": \"\($0)\"," } ?? ""
        let plan = String(repeating: "0", count: 64)
        let text = """
            {"run": "r", "plan": "\(plan)", \(outcome) "tokens": \(tokens), "tokensDone": \(min(tokens, 44)), "tasks": {\(tasks)}, "workers": [],
             "reducers": [\(reducers)], "failed": [\(failed)], "disagreements": 0, "dropped": {}\(more)}
            """
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    @Test("says of tasks that they are running only while somebody runs them")
    func running() throws {
        let tasks = #""done": 3, "running": 8, "auditing": 2, "waiting": 1"#
        #expect(
            try StatusText(decode(outcome: nil, tasks: tasks), of: "runs/x").text.contains("3 done, 8 running, 1 waiting, 2 auditing\n"))
        #expect(
            try StatusText(decode(outcome: "stopped", tasks: tasks), of: "runs/x").text.contains(
                "3 done, 8 were running, 1 waiting, 2 were auditing\n"))
    }

    @Test("says of a process that stands by what it was asked, with the question whose turn it is or without one")
    func questions() throws {
        func text(_ questions: String, tokens: Int, because: String) throws -> String {
            let more = #", "waitingBecause": "\#(because)", "questions": {\#(questions)}"#
            return try StatusText(decode(outcome: nil, tokens: tokens, more: more), of: "runs/x").text
        }
        let idle = try text(#""answered": 3, "failed": 0, "waiting": 0"#, tokens: 0, because: "no question is asked")
        #expect(idle == "r: stands by for questions, no question is asked\nquestions: 3 answered, 0 waiting; 0 workers connected\n")
        let busy = try text(#""answered": 0, "failed": 1, "waiting": 2"#, tokens: 100, because: "there is no worker")
        #expect(busy.hasPrefix("r: there is no worker, 44 of 100 tokens (44 %)\ntasks: \n"), "\(busy)")
        #expect(busy.hasSuffix("questions: 0 answered, 1 could not be answered, 2 waiting; 0 workers connected\n"), "\(busy)")
    }

    @Test("names the store of each reducer, by which it can be given up")
    func stores() throws {
        let numbers = #""groups": 2, "stagedParcels": 0, "stagedBytes": 0, "bytesInFlight": 0, "offersWaiting": 0, "folded": 0"#
        let reducer = #"{"index": 0, "store": "node7:/scratch/r", \#(numbers), "receivedBytes": 0}"#
        let text = try StatusText(decode(outcome: "stopped", reducers: reducer), of: "runs/x").text
        #expect(text.contains("reducer  store") && text.contains("node7:/scratch/r") && text.contains("not here"), "\(text)")
        #expect(text.contains("none") && !text.contains("waiting"), "\(text)")
        let behind = reducer.replacing("\"offersWaiting\": 0", with: "\"offersWaiting\": 1")
            .replacing("\"bytesInFlight\": 0", with: "\"bytesInFlight\": 3145728")
            .replacing("\"receivedBytes\": 0", with: "\"receivedBytes\": 734003200")
        let late = try StatusText(decode(outcome: nil, reducers: behind), of: "runs/x").text
        #expect(late.contains("734 MB") && late.contains("1 parcel waiting, 3.15 MB on the way"), "\(late)")
        // Nothing is wrong with a reducer that has ended with its run.
        let ended = try StatusText(decode(outcome: "complete", reducers: reducer), of: "runs/x").text
        #expect(ended.contains("has ended, its store is kept") && !ended.contains("not here"), "\(ended)")
        // Nor while the results are made, of which it has been told already.
        let told = reducer.replacing("\"groups\"", with: "\"hasEnded\": true, \"groups\"")
        let making = try StatusText(decode(outcome: nil, reducers: told), of: "runs/x").text
        #expect(making.contains("has ended, its store is kept") && !making.contains("not here"), "\(making)")
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

    @Test("ends as the coordinator does where tasks failed or somebody ended the run", arguments: ["runs/x", "tcp://head:7400"])
    func failed(place: String) throws {
        var watch = StatusWatch(place: place)
        let failed = try end { _ = try watch.isOver(decode(outcome: "incomplete", failed: #"{"task": "3.1", "failures": []}"#)) }
        #expect(failed.status == ExitStatus.software.rawValue && failed.text.contains("3.1"), "\(failed.text)")
        #expect(failed.text.contains("`universal-neurons retry \(place) --failed`"), "\(failed.text)")
        let cancelled = try end { _ = try watch.isOver(decode(outcome: "cancelled")) }
        #expect(cancelled.status == ExitStatus.interrupted.rawValue && cancelled.text.contains(place), "\(cancelled.text)")
        // Who watches would only watch again by the same command.
        #expect(cancelled.text.contains("`universal-neurons resume runs/x`") == (place == "runs/x"), "\(cancelled.text)")
        #expect(cancelled.text.contains("`universal-neurons resume`") == (place != "runs/x"), "\(cancelled.text)")
    }

    @Test("names the reason of a task that was given up for no attempt of its")
    func undecided() throws {
        let failed = #"{"task": "3.1", "reason": "2 workers computed different numbers of it", "failures": []}"#
        let text = try StatusText(decode(outcome: "incomplete", failed: failed), of: "runs/x").text
        #expect(text.contains("2 workers computed different numbers of it"), "\(text)")
        var watch = StatusWatch(place: "runs/x")
        let told = try end { _ = try watch.isOver(decode(outcome: "incomplete", failed: failed)) }
        #expect(told.text.contains("task 3.1: 2 workers computed different numbers of it"), "\(told.text)")
    }

    @Test("names the command that explains a task with what it takes to reach the coordinator")
    func reached() throws {
        let failed = #"{"task": "3.1", "reason": "no luck", "failures": []}"#
        let place = "tcp://127.0.0.1:7400"
        let text = try StatusText(decode(outcome: "incomplete", failed: failed), of: place, connection: " --keys keys").text
        #expect(text.contains("`universal-neurons explain \(place) 3.1 --keys keys`"), "\(text)")
        for (arguments, options) in [(["--keys", "a"], " --keys a"), (["--insecure"], " --insecure"), ([], "")] {
            #expect(try SecurityOptions.parse(arguments).text == options)
        }
    }

    @Test("waits for a plan, also where there is no folder yet, and says so once; not beneath a file")
    func beforeThePlan() throws {
        try TemporaryFolder.with { folder in
            let run = RunFolder(FilePath(folder.appendingPathComponent("run").path))
            var watch = StatusWatch(place: "runs/x")
            #expect(watch.isToCome(run))
            #expect(watch.missPlan()?.contains("runs/x has no plan yet") == true)
            #expect(watch.missPlan() == nil)
            try FileManager.default.createDirectory(atPath: run.path.string, withIntermediateDirectories: true)
            #expect(watch.isToCome(run))
            try Data("{}".utf8).write(to: URL(fileURLWithPath: run.plan.string))
            #expect(!watch.isToCome(run))
            let file = folder.appendingPathComponent("file")
            try Data().write(to: file)
            #expect(!watch.isToCome(RunFolder(FilePath(file.path))))
            // A plan that is gone later is an error.
            #expect(try !watch.isOver(decode(outcome: nil)))
            try FileManager.default.removeItem(atPath: run.plan.string)
            #expect(!watch.isToCome(run))
        }
    }

    @Test("gives a coordinator that has just made the plan a moment for the ledger, and a run of one process none")
    func beforeTheLedger() throws {
        let (missing, alone) = (ClusterError.ledgerMissing("runs/x/ledger.sqlite"), ClusterError.ofOneProcess("runs/x", .planned))
        var watch = StatusWatch(place: "runs/x")
        #expect(throws: alone) { try watch.missLedger(alone) }
        for _ in 0..<2 { try watch.missLedger(missing) }
        #expect(throws: missing) { try watch.missLedger(missing) }

        watch = StatusWatch(place: "runs/x")
        _ = watch.missPlan()
        try watch.missLedger(alone)
        try watch.missLedger(missing)
        // The looks until it began do not count against its coordinator.
        for _ in 0..<2 { #expect(try !watch.isOver(decode(outcome: "stopped"))) }
        #expect(throws: missing) { try watch.missLedger(missing) }
    }

    @Test("says of failed tasks how to see what their workers logged; a log stands below its failure")
    func logs() throws {
        let failure = #"{"kind": "error", "worker": "w", "host": "h", "reason": "no memory", "log": ["first", "last"]}"#
        let text = try StatusText(
            decode(outcome: "incomplete", failed: #"{"task": "3.1", "failures": [\#(failure)]}"#), of: "tcp://head:7400"
        ).text
        #expect(text.hasSuffix("`universal-neurons explain tcp://head:7400 3.1`\n"), "\(text)")
        let explanation = """
            {"task": {"shard": 3, "group": 1}, "phase": "failed", "copies": [], "results": [], "failures": [\(failure)]}
            """
        let explained = try ExplanationText(JSONDecoder().decode(TaskExplanation.self, from: Data(explanation.utf8)), history: nil).text
        #expect(explained == "it came to nothing on w (h, error): no memory\n    first\n    last\nnow: failed\n", "\(explained)")
    }
}
