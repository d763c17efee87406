import ArgumentParser
import Cluster

/// The role of a key on the command line.
enum KeyRoleArgument {
    /// A role by its name.
    ///
    /// - Throws: a `ValidationError` that names the roles.
    static func parse(_ text: String) throws -> KeyRole {
        guard let role = KeyRole(rawValue: text) else { throw ValidationError("\"\(text)\" is no role: use worker, reducer or control.") }
        return role
    }
}
