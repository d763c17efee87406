import Testing

@testable import Analysis

@Suite("Steps of training")
struct TrainingStepsTests {
    @Test("a neuron appears at the first step from which on it is universal to the end")
    func appearance() {
        let isUniversal = [
            // From the first, from the second, at the last only, lost again in between, lost at the end, never.
            [true, false, false, true, true, false],
            [true, true, false, false, true, false],
            [true, true, true, true, false, false],
        ]
        #expect(TrainingSteps.appearance(isUniversal) == [0, 1, 2, 2, nil, nil])
        #expect(TrainingSteps.appearance([]) == [])
    }

    @Test("there are none to compare of a single checkpoint")
    func single() throws {
        #expect(try TrainingSteps([]) == nil)
    }
}
