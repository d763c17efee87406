import Pipeline
import Scheduling
import Testing

@Suite("What a reducer may hold")
struct ReducerPolicyTests {
    @Test("is what a plan counts on when it tells a reducer's memory")
    func planned() {
        let policy = ReducerPolicy()
        #expect(policy.window == ParcelTraffic.windowBytes && policy.stagingLimit == ParcelTraffic.stagingBytes)
    }
}
