import Pipeline
import Testing

@testable import universal_neurons

@Suite("Progress")
struct ProgressTests {
    static func meter(done: Int, of total: Int?, completed: Int = 0, seconds: Double) -> ProgressMeter {
        var meter = ProgressMeter(ProgressStage("correlating", unit: .tokens, total: total, completed: completed))
        meter.done = done
        meter.elapsed = .seconds(seconds)
        return meter
    }

    @Test("speed and time left count what this process did, the share counts everything")
    func resumed() {
        let meter = Self.meter(done: 60_000, of: 100_000, completed: 50_000, seconds: 10)
        #expect(meter.share == 0.6)
        #expect(meter.speed == 1_000)
        #expect(meter.outlook == "1k tokens/s, 0:40 left")
        #expect(meter.amount == "60k of 100k tokens")
    }

    @Test("nothing is claimed before the first unit, nor without a total")
    func early() {
        #expect(Self.meter(done: 0, of: 100, seconds: 5).outlook == "")
        #expect(Self.meter(done: 10, of: nil, seconds: 5).outlook == "2 tokens/s")
        #expect(Self.meter(done: 10, of: nil, seconds: 5).amount == "10 tokens")
        #expect(Self.meter(done: 10, of: 0, seconds: 5).share == nil)
    }

    @Test("a stage is summed up when it is over")
    func summary() {
        #expect(Self.meter(done: 100_000, of: 100_000, seconds: 8).summary == "correlating: 100k tokens in 8 s, 12.5k tokens/s")
        #expect(Self.meter(done: 0, of: 100, seconds: 90).summary == "correlating: 1:30")
        let resumed = Self.meter(done: 100_000, of: 100_000, completed: 60_000, seconds: 8).summary
        #expect(resumed == "correlating: 40k tokens in 8 s, 5k tokens/s, 60k were there")
    }

    @Test("what turns out to be there counts as done, for no speed, and is summed up with what was there")
    func found() throws {
        var meter = Self.meter(done: 0, of: 100_000, completed: 10_000, seconds: 10)
        (meter.done, meter.found) = (60_000, 40_000)
        #expect(meter.share == 0.6 && meter.speed == 1_000)
        #expect(meter.summary == "correlating: 10k tokens in 10 s, 1k tokens/s, 50k were there")
        let clock = StageClock(interval: .zero)
        _ = clock.begin(ProgressStage("correlating", unit: .tokens, total: 100_000))
        clock.find(50_000) { #expect($0.done == 50_000 && $0.speed == nil && $0.recentSpeed == nil && $0.outlook.isEmpty) }
        let end = try #require(clock.end())
        #expect(end.done == 50_000 && end.speed == nil && end.recentSpeed == nil)
    }

    @Test(
        "numbers have three digits",
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1_000, "1k"), (1_234, "1.23k"), (45_100, "45.1k"), (99_960, "100k"), (999_600, "1M"),
            (1_500_000_000, "1.5B"), (0.5, "0.5"), (9.996, "10"), (12.34, "12.3"),
        ] as [(Double, String)])
    func short(value: Double, text: String) {
        #expect(ProgressMeter.short(value) == text)
    }

    @Test(
        "files are said in powers of 1,000, memory in powers of 1,024 as --memory has it, each with three digits",
        arguments: [
            (0, "0 B", "0 B"), (999, "999 B", "999 B"), (1_000, "1 kB", "0.98 KiB"), (16 << 20, "16.8 MB", "16 MiB"),
            (999_600, "1 MB", "976 KiB"), (1_000 << 20, "1.05 GB", "0.98 GiB"), (4 << 30, "4.29 GB", "4 GiB"),
            (30_961_792_390, "31 GB", "28.8 GiB"), (1 << 50, "1.13k TB", "1.02k TiB"),
        ])
    func bytes(count: Int, file: String, memory: String) {
        #expect(ByteCount.text(count) == file)
        #expect(ByteCount.memory(count) == memory)
    }

    @Test("times", arguments: [(0.2, "0:01"), (59.5, "1:00"), (754, "12:34"), (3_723, "1:02:03"), (.infinity, "?")] as [(Double, String)])
    func clock(seconds: Double, text: String) {
        #expect(ProgressMeter.clock(seconds) == text)
    }

    @Test("the bar fits the terminal, and has no escape sequences without colour", arguments: [20, 40, 60, 80, 200])
    func bar(width: Int) {
        let meter = Self.meter(done: 45_000, of: 100_000, seconds: 4)
        let text = ProgressBar.text(meter, width: width, hasColor: false)
        #expect(text.count <= width)
        #expect(!text.contains("\u{1B}"))
        #expect(text.hasPrefix("correlating"))
        #expect(text.hasSuffix("left") || text.hasSuffix("tokens") || text.hasSuffix("%"), "\(text) ends within a fact")
        if width >= 80 { #expect(text.contains("45 %") && text.contains("━") && text.hasSuffix("left")) }
    }

    @Test("a stage that waits says for what, in place of speed and time left; else the speed of late counts")
    func waiting() {
        var meter = Self.meter(done: 50_000, of: 100_000, seconds: 10)
        meter.waitingFor = "waiting for reducer 1, silent for 2 min"
        #expect(meter.outlook == "waiting for reducer 1, silent for 2 min" && meter.timeLeft == nil)
        #expect(ProgressBar.text(meter, width: 120, hasColor: false).hasSuffix("waiting for reducer 1, silent for 2 min"))
        #expect(ProgressBar.text(meter, width: 66, hasColor: false) == "correlating 50 %, waiting for reducer 1, silent for 2 min")
        meter.waitingFor = nil
        meter.recentSpeed = 2_000
        #expect(meter.outlook == "2k tokens/s, 0:25 left")
    }

    @Test("a clock passes on what its stage waits for, until it goes on or ends")
    func clockWaits() {
        let clock = StageClock(interval: .zero)
        var shown: [String?] = []
        _ = clock.begin(ProgressStage("correlating", unit: .tokens, total: 10))
        clock.wait(for: "a reducer", isStill: true) { shown.append($0.waitingFor) }
        clock.wait(for: nil, isStill: false) { shown.append($0.waitingFor) }
        _ = clock.end()
        clock.wait(for: "nobody", isStill: true) { shown.append($0.waitingFor) }
        #expect(shown == ["a reducer", nil])
    }

    @Test("no count is lost when many threads advance at once")
    func threads() async {
        let clock = StageClock(interval: .zero)
        _ = clock.begin(ProgressStage("counting", unit: .rows, total: nil))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1_000 { clock.advance(by: 1) { _ in } } }
            }
        }
        #expect(clock.end()?.done == 8_000)
        #expect(clock.end() == nil)
    }

    @Test(
        "a time has the unit that people would use",
        arguments: [
            (0.2, "less than 1 s"), (1, "1 s"), (12.34, "12.3 s"), (99, "99 s"), (600, "10 min"), (5_700, "95 min"), (9_000, "2.5 hours"),
            (153_360, "42.6 hours"), (16_588_800, "192 days"),
        ] as [(Double, String)])
    func durations(seconds: Double, text: String) { #expect(AmountText.duration(seconds) == text) }

    @Test("work has the unit that people would use, and one is not several")
    func amounts() {
        #expect(
            [3.1e11, 6.68e14, 6.33e15, 9.9999e17, 1.258e18].map(AmountText.operations) == [
                "0.31 TFLOP", "668 TFLOP", "6.33 PFLOP", "1 EFLOP", "1.26 EFLOP",
            ])
        #expect(
            [11.7, 0.882, 0.1, 0.0123, 0.01, 0.000456, 0].map(AmountText.number) == [
                "11.7", "0.88", "0.1", "0.0123", "0.0100", "0.000456", "0",
            ])
        #expect([0, 0.0476, 0.5, 0.0001].map(AmountText.percent) == ["0 %", "4.76 %", "50 %", "0.0100 %"])
        #expect([0, 1, 2].map { AmountText.count($0, "partial") } == ["0 partials", "1 partial", "2 partials"])
    }
}
