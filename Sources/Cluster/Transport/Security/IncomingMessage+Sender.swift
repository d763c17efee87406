extension IncomingMessage {
    /// Makes sure that a message comes from a process of the key that was proved on its connection: a name of another key is not taken.
    /// Routers ask this of every message before they believe its name; whoever says none speaks in nobody's.
    ///
    /// - Parameter security: what protects the socket that it came through.
    /// - Throws: `MessageRefusal.sender`.
    func checkSender(under security: Security) throws(MessageRefusal) {
        guard security.provesKeys, let sender else { return }
        guard let key else { throw .sender(kind, problem: "\(sender) has proved no key") }
        guard sender.isConnection || key.owns(sender) else { throw .sender(kind, problem: "\(key) does not stand for the name \(sender)") }
    }
}
