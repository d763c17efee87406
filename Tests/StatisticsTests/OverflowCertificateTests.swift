import Kernels
import Testing

@testable import Statistics

@Suite("The certificate against overflow")
struct OverflowCertificateTests {
    /// What the bound is larger by than Cauchy and Schwarz's.
    private func factor(_ settings: AccumulationSettings) -> Double {
        let bound = OverflowCertificate(settings).bound(rows: 0x1p40, columns: 0x1p40, chunks: 0, tokens: 0)
        return bound * settings.resolution / 0x1p40
    }

    @Test("has room for twice what a float32 product over a chunk is rounded by, however long the chunk")
    func chunks() {
        for chunk in [16, 4_096, 8_192] { #expect(factor(AccumulationSettings(chunk: chunk)) == 1 + 0x1p-10) }
        for chunk in [8_193, 65_536, 1 << 20] {
            #expect(factor(AccumulationSettings(chunk: chunk)) == 1 + Double(chunk) * 0x1p-23)
        }
    }

    @Test("lets nothing pass 2⁶² that has no more than the largest square", arguments: [4_096, 1 << 20])
    func largest(chunk: Int) {
        let certificate = OverflowCertificate(AccumulationSettings(chunk: chunk))
        let bound = certificate.bound(
            rows: certificate.largestSquare, columns: certificate.largestSquare, chunks: PowerSums.largestChunkCount,
            tokens: PowerSums.largestTokenCount)
        #expect(bound < 0x1p62)
    }
}
