/// One member of a JSON object.
struct JSONMember: Sendable, Equatable {
    let name: String
    let value: JSONValue
}
