/// A JSON value as it stands in a checkpoint's files: members in order, numbers as written.
///
/// Numbers stay text until somebody asks for an integer or a floating-point number, so that an offset of 2⁶³ is seen to be out of
/// range and never rounded into range.
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// The value as an integer; nil for anything but an integer literal that `Int` holds.
    var integer: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text)
    }

    /// The value as a finite floating-point number.
    var real: Double? {
        guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var array: [JSONValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    var object: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The value as an error message shows it: scalars as written, long ones cut.
    var shown: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let text): text.count > 40 ? text.prefix(40) + "…" : text
        case .string(let text): "\"" + (text.count > 40 ? text.prefix(40) + "…" : text) + "\""
        case .array(let values): values.isEmpty ? "[]" : "a list of \(values.count)"
        case .object(let members): members.isEmpty ? "{}" : "an object of \(members.count)"
        }
    }
}
