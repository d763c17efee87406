/// What `MessageSocket.receive` took from the network.
public enum Reception: Sendable {
    /// A message whose frames passed every check; its body is decoded when it is asked for.
    case message(IncomingMessage)
    /// Something else, counted and dropped; the peer can be told why.
    case refused(MessageRefusal, from: RoutingIdentity?)
}
