import Testing

@testable import Analysis
@testable import Pipeline

@Suite("The way to a small standard error")
struct ErrorGoalTests {
    /// 10 windows of 1,000 tokens a replicate in the corpus, less a part of the last.
    private static func standing(error: Double?, resolution: Double = 0.000_5, windows: Int) -> ErrorStanding {
        ErrorStanding(
            standardError: error, resolution: resolution, convergence: Convergence(points: []), countedTokens: windows * 900,
            windows: windows, corpusWindows: 40, windowTokens: 1_000, corpusTokens: 39_500, replicates: 4)
    }

    private static func point(error: Double, tokens: Int, replicates: Int) -> ConvergencePoint {
        ConvergencePoint(
            replicates: replicates, tokens: tokens,
            universal: UniversalCount(
                count: 1, fraction: 0.1, threshold: 0.5, standardError: error, countStandardError: nil, degreesOfFreedom: replicates - 1))
    }

    @Test("ends where the error is as small as was asked for")
    func reached() {
        let goal = ErrorGoal(standardError: 0.01)
        #expect(goal.step(from: Self.standing(error: 0.01, windows: 8)) == .reached)
        #expect(goal.step(from: Self.standing(error: 0.010001, windows: 8)) != .reached)
        // Also at the end of the corpus.
        #expect(goal.step(from: Self.standing(error: 0.009, windows: 40)) == .reached)
    }

    @Test("does not go on to an error that no budget can show")
    func resolution() {
        let goal = ErrorGoal(standardError: 0.01)
        guard case .exhausted(let reason) = goal.step(from: Self.standing(error: 0.02, resolution: 0.015, windows: 8)) else {
            Issue.record("it goes on")
            return
        }
        #expect(reason.contains("4 replicates") && reason.contains("0.015"))
        // What an error of 0 counts as.
        #expect(goal.step(from: Self.standing(error: 0.015, resolution: 0.015, windows: 8)) == .exhausted(reason))
        #expect(goal.step(from: Self.standing(error: 0.01, resolution: 0.01, windows: 8)) == .reached)
        #expect(goal.step(from: Self.standing(error: 0.01, resolution: 0.010_000_000_1, windows: 8)) == .reached)
        #expect(goal.step(from: Self.standing(error: nil, resolution: 0, windows: 1)) == .extend(tokens: 4_000))
    }

    @Test("that the plan's replicates can never show is refused before anything is computed")
    func ofPlan() throws {
        let folder = try PlantedFolder()
        let plan = try folder.plan().plan
        let model = try #require(plan.numbers.models.first)
        // Two replicates of one size.
        let smallest = 0.5 / Double(model.layers * model.mlpWidth)
        #expect(throws: PipelineError.standardErrorTooSmall(folder: folder.run.path, wanted: 1e-6, smallest: smallest, replicates: 2)) {
            try ErrorGoal(standardError: 1e-6).check(plan, in: folder.run.path)
        }
        try ErrorGoal(standardError: 1.001 * smallest).check(plan, in: folder.run.path)
        try folder.compute()
        let outcome = try folder.analyze()
        #expect(abs(ErrorStanding(outcome).resolution - smallest) < 1e-12)
    }

    @Test("knows the replicates' tokens from the plan: the last window may be short, and an empty replicate is filled first")
    func replicates() throws {
        var plan = try PlantedFolder(rows: 56).plan().plan
        // Windows of 16 rows of 32 tokens; the fourth has 8 rows.
        #expect(plan.windows == 4 && plan.replicateTokens == [1_024, 768])
        plan.windows = 3
        #expect(plan.replicateTokens == [1_024, 512])
        plan.windows = 1
        #expect(plan.replicateTokens == [512, 512])
    }

    @Test("adds what the square root of the tokens asks for: a quarter at least, as much again at most, as many shards of each replicate")
    func steps() {
        let goal = ErrorGoal(standardError: 0.01)
        func tokens(_ error: Double?, _ windows: Int) -> ErrorGoal.Step { goal.step(from: Self.standing(error: error, windows: windows)) }
        #expect(tokens(0.0124, 20) == .extend(tokens: 32_000))  // 1.54 × 20 = 30.8
        #expect(tokens(0.0101, 16) == .extend(tokens: 20_000))
        #expect(tokens(0.0101, 17) == .extend(tokens: 24_000))  // 21.25
        #expect(tokens(0.1, 8) == .extend(tokens: 16_000))
        #expect(tokens(1e300, 8) == .extend(tokens: 16_000))
        #expect(tokens(0.1, 1) == .extend(tokens: 4_000))
    }

    @Test("goes by the whole convergence, not by its last point alone")
    func convergence() {
        // c = 0.59: 3,481 counted tokens for 0.01, of 2,700 that there are, whatever the last error says.
        let points = [(1_350, 2), (2_700, 4)].map { tokens, replicates in
            Self.point(error: 0.59 / Double(tokens).squareRoot(), tokens: tokens, replicates: replicates)
        }
        let standing = ErrorStanding(
            standardError: 0.02, resolution: 0.000_5, convergence: Convergence(points: points), countedTokens: 2_700, windows: 12,
            corpusWindows: 40, windowTokens: 1_000, corpusTokens: 39_500, replicates: 4)
        // 1.29 × 12 = 15.5 windows.
        #expect(ErrorGoal(standardError: 0.01).step(from: standing) == .extend(tokens: 16_000))
    }

    @Test("doubles a budget that leaves a replicate empty")
    func empty() {
        let goal = ErrorGoal(standardError: 0.01)
        #expect(goal.step(from: Self.standing(error: nil, windows: 1)) == .extend(tokens: 4_000))
        #expect(goal.step(from: Self.standing(error: nil, windows: 3)) == .extend(tokens: 8_000))
        #expect(goal.step(from: Self.standing(error: nil, windows: 40)) == .exhausted("the corpus has no more"))
    }

    @Test("takes the rest of the corpus, never more than the largest budget, and says which of them ends it")
    func limits() {
        let goal = ErrorGoal(standardError: 0.01)
        #expect(goal.step(from: Self.standing(error: 0.1, windows: 32)) == .extend(tokens: 39_500))
        #expect(goal.step(from: Self.standing(error: 0.1, windows: 40)) == .exhausted("the corpus has no more"))
        let limited = ErrorGoal(standardError: 0.01, most: .tokens(22_999))
        #expect(limited.step(from: Self.standing(error: 0.1, windows: 16)) == .extend(tokens: 22_000))
        for windows in [22, 23, 40] {
            guard case .exhausted(let reason) = limited.step(from: Self.standing(error: 0.1, windows: windows)) else {
                Issue.record("\(windows) windows are not the end")
                continue
            }
            #expect(reason.contains("22999 tokens"))
        }
        #expect(limited.step(from: Self.standing(error: 0.005, windows: 40)) == .reached)
        let generous = ErrorGoal(standardError: 0.01, most: .tokens(1_000_000))
        #expect(generous.step(from: Self.standing(error: 0.1, windows: 40)) == .exhausted("the corpus has no more"))
    }

    @Test("is there in a few steps where the error follows the law")
    func law() {
        let goal = ErrorGoal(standardError: 0.01)
        var windows = 1
        for round in 1... {
            let error = 0.06 / Double(windows).squareRoot()
            guard case .extend(let tokens) = goal.step(from: Self.standing(error: error, windows: windows)) else {
                #expect(round == 6 && windows == 40)
                break
            }
            #expect(tokens > windows * 1_000)
            windows = (tokens + 999) / 1_000
        }
    }
}
