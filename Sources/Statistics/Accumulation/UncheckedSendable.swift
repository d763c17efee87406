/// Carries pointers into the closures of a `ThreadTeam`, whose items write to disjoint memory.
struct UncheckedSendable<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
