import Scheduling

/// A worker can make nothing of an inquiry: what was sent to it is not what its kind says, or contradicts itself.
struct InquiryRefusal: Codable, Sendable, Hashable {
    /// Who says so.
    let worker: WorkerID
    /// What is wrong.
    let reason: String
}
