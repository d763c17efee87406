import Scheduling
import Storage

/// A worker can make nothing of an inquiry: what was sent to it is not what its kind says, or contradicts itself.
struct InquiryRefusal: Codable, Sendable, Hashable {
    /// Who says so.
    let worker: WorkerID
    /// The question's identity; nil where not even that could be read.
    let question: Digest?
    /// What is wrong.
    let reason: String
}
