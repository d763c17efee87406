import Testing

@testable import Pipeline

@Suite("Quantities as people write them")
struct ConfigurationQuantityTests {
    @Test(
        "token budgets",
        arguments: [
            ("100k", 100_000), ("100K", 100_000), ("10M", 10_000_000), ("1B", 1_000_000_000), ("1b", 1_000_000_000), ("1.5M", 1_500_000),
            ("10_000_000", 10_000_000), ("7", 7), ("+7", 7), ("0.5k", 500), ("1.50k", 1_500), ("1T", 1_000_000_000_000), ("2.0", 2),
            ("1000T", 1_000_000_000_000_000),
        ])
    func budget(text: String, count: Int) throws {
        #expect(try TokenBudget(parsing: text) == .tokens(count))
    }

    @Test("all is a budget, and its text reads back")
    func all() throws {
        #expect(try TokenBudget(parsing: "all") == .all)
        for budget in [TokenBudget.all, .tokens(123)] { #expect(try TokenBudget(parsing: budget.description) == budget) }
    }

    @Test("memory sizes are powers of 1,024")
    func memory() throws {
        let gigabyte = 1 << 30
        #expect(try MemorySize(parsing: "4G").bytes == 4 * gigabyte)
        #expect(try MemorySize(parsing: "4GiB").bytes == 4 * gigabyte)
        #expect(try MemorySize(parsing: "4GB").bytes == 4 * gigabyte)
        #expect(try MemorySize(parsing: "512M").bytes == gigabyte / 2)
        #expect(try MemorySize(parsing: "1.5g").bytes == gigabyte * 3 / 2)
        #expect(try MemorySize(parsing: "65536k").bytes == gigabyte / 16)
        #expect(try MemorySize(parsing: "1T").bytes == 1024 * gigabyte)
    }

    @Test(
        "memory sizes that mean nothing are refused",
        arguments: ["4", "G", "-4G", "0G", "4X", "1e3G", "999999T", "1M", "", "4 G", "nanG", "1.5.5G"])
    func noMemory(text: String) {
        #expect(throws: PipelineError.self) { try MemorySize(parsing: text) }
    }

    @Test("a memory size prints in its largest whole unit")
    func memoryText() throws {
        #expect(try MemorySize(parsing: "4096M").description == "4G")
        #expect(MemorySize(clamping: 1_500_000_000).description == "1430.5M")
        #expect(MemorySize(clamping: 0).bytes == MemorySize.minimum)
    }

    @Test("resolutions are exact powers of two from 1/1024 to 16")
    func resolutions() throws {
        for exponent in -10...4 {
            let text = exponent < 0 ? "1/\(1 << -exponent)" : "\(1 << exponent)"
            let resolution = try Resolution(parsing: text)
            #expect(resolution.exponent == exponent)
            #expect(resolution.description == text)
            #expect(resolution.step * resolution.inverseStep == 1)
        }
        #expect(try Resolution(parsing: "0.0625") == .standard)
        #expect(try Resolution(parsing: "2/32") == .standard)
    }

    @Test(
        "resolutions that are none are refused",
        arguments: ["1/3", "0.1", "0", "-1", "1/-16", "1/", "/16", "x", "1/16/2", "inf", "nan", "1e-300"])
    func noResolution(text: String) {
        #expect(throws: PipelineError.self) { try Resolution(parsing: text) }
    }

    @Test("the distance of two names counts insertions, removals, exchanges and swaps")
    func distance() {
        #expect(NearestName.distance("tokens", "tokens") == 0)
        #expect(NearestName.distance("tokens", "token") == 1)
        #expect(NearestName.distance("tokens", "tokesn") == 1)
        #expect(NearestName.distance("", "abc") == 3)
        #expect(NearestName.distance("kitten", "sitting") == 3)
        #expect(NearestName.of("modles", among: Configuration.keys) == "models")
    }
}
