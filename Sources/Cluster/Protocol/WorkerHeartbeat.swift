import Scheduling
import Storage

/// A worker's sign of life. Whose it is says the name under which it comes.
///
/// Little-endian: 64-bit numbers, lists with their 32-bit length before them. Its version is that of the message's header.
struct WorkerHeartbeat: Sendable, Hashable {
    /// The number of the last pulse that it was told; 0 before the first.
    var pulse = 0
    /// The leases that it has: computing, waiting, or computed and on the way to the reducers.
    let leases: [LeaseID]
    /// The lease that it computes now.
    let computing: LeaseID?
    /// Counted tokens a second over the last minute, 0 while it has none.
    let tokensPerSecond: Double
    /// Bytes of memory that the process has now, and the most that it had.
    let residentBytes, peakResidentBytes: Int
    /// Bytes of parcels that wait for reducers.
    let parcelBytes: Int
    /// How many parcels wait for each reducer.
    var parcels: [Int: Int] = [:]
    /// The last lines that it has logged, oldest first; nil where nothing is new. A worker that is lost can no longer be asked.
    var log: [String]?

    /// Lines of a log, and characters of a line, that travel.
    static let logLines = 20
    static let logLine = 500
}

extension WorkerHeartbeat: ByteCoded {
    /// Reads a sign of life.
    ///
    /// - Throws: `StorageError.corrupt`, also for numbers that no process has.
    init(from reader: inout ByteReader) throws {
        func number() throws -> Int { Int(try reader.next(Int64.self)) }
        func lease() throws -> LeaseID { LeaseID(epoch: try number(), number: try number()) }
        func list<Element>(_ element: () throws -> Element) throws -> [Element] {
            // Each element takes bytes: what is not there ends the list.
            var elements: [Element] = []
            for _ in 0..<(try reader.next(UInt32.self)) { elements.append(try element()) }
            return elements
        }
        func optional<Element>(_ element: () throws -> Element) throws -> Element? {
            switch try reader.next(UInt8.self) {
            case 0: return nil
            case 1: return try element()
            default: throw reader.problem("neither 0 nor 1")
            }
        }
        func text() throws -> String {
            guard let text = String(validating: try reader.take(Int(try reader.next(UInt32.self))), as: UTF8.self) else {
                throw reader.problem("no text")
            }
            return String(text.prefix(Self.logLine))
        }
        pulse = try number()
        leases = try list(lease)
        computing = try optional(lease)
        tokensPerSecond = Double(bitPattern: try reader.next(UInt64.self))
        (residentBytes, peakResidentBytes, parcelBytes) = (try number(), try number(), try number())
        for (reducer, count) in try list({ (try number(), try number()) }) { parcels[reducer] = count }
        log = try optional { try list(text).suffix(Self.logLines) }.map(Array.init)
        guard
            MachineNumber.areBelievable(
                [residentBytes, peakResidentBytes, parcelBytes] + parcels.values, speed: tokensPerSecond)
        else { throw reader.problem("no process has such numbers") }
    }

    func encode(to bytes: inout LittleEndianBytes) {
        func append(_ lease: LeaseID) {
            bytes.append(Int64(lease.epoch))
            bytes.append(Int64(lease.number))
        }
        bytes.append(Int64(pulse))
        bytes.append(UInt32(leases.count))
        for lease in leases { append(lease) }
        bytes.append(UInt8(computing == nil ? 0 : 1))
        if let computing { append(computing) }
        bytes.append(tokensPerSecond.bitPattern)
        for number in [residentBytes, peakResidentBytes, parcelBytes] { bytes.append(Int64(number)) }
        bytes.append(UInt32(parcels.count))
        for (reducer, count) in parcels.sorted(by: { $0.key < $1.key }) {
            bytes.append(Int64(reducer))
            bytes.append(Int64(count))
        }
        bytes.append(UInt8(log == nil ? 0 : 1))
        guard let log else { return }
        bytes.append(UInt32(log.count))
        for line in log {
            bytes.append(UInt32(line.utf8.count))
            bytes.bytes += line.utf8
        }
    }
}
