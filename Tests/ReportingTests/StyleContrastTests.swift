import Foundation
import Testing

@testable import Reporting

@Suite("The style sheet")
struct StyleContrastTests {
    /// A colour, red, green and blue from 0 to 1.
    private typealias Colour = [Double]

    /// The colours of the light and of the dark page by name.
    private func themes() throws -> [[String: Colour]] {
        let blocks = try ReportTemplates().style.split(separator: ":root {", omittingEmptySubsequences: false).dropFirst().prefix(2)
        return try blocks.map { block in
            var colours: [String: Colour] = [:]
            for line in block.prefix(while: { $0 != "}" }).split(separator: ";") {
                let parts = line.split(separator: ":").map { $0.filter { !$0.isWhitespace } }
                guard parts.count == 2, parts[1].hasPrefix("#"), parts[1].count == 7 else { continue }
                let value = try #require(Int(parts[1].dropFirst(), radix: 16))
                colours[String(parts[0].dropFirst(2))] = [16, 8, 0].map { Double((value >> $0) & 255) / 255 }
            }
            return colours
        }
    }

    /// The contrast ratio of WCAG 2.1.
    private func contrast(_ a: Colour, _ b: Colour) -> Double {
        func luminance(_ colour: Colour) -> Double {
            let linear = colour.map { $0 <= 0.03928 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        }
        let (x, y) = (luminance(a), luminance(b))
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }

    @Test("has text of contrast 4.5 : 1 and marks of 3 : 1 at least, light and dark")
    func contrasts() throws {
        let themes = try themes()
        #expect(themes.count == 2)
        for theme in themes {
            func expect(_ name: String, on ground: String, atLeast bound: Double) throws {
                let found = contrast(try #require(theme[name], "\(name)"), try #require(theme[ground], "\(ground)"))
                #expect(found >= bound, "\(name) on \(ground): \(found)")
            }
            for name in ["ink", "soft", "mark-text"] {
                for ground in ["page", "panel", "tint"] { try expect(name, on: ground, atLeast: 4.5) }
            }
            for name in ["base", "link"] { try expect(name, on: "page", atLeast: 4.5) }
            for name in ["main", "mark", "some", "base", "heat", "role-1", "role-2", "role-3", "role-4"] {
                try expect(name, on: "page", atLeast: 3)
            }
        }
    }

    @Test("has numbers of contrast 4.5 : 1 in every cell of a heat map, light and dark")
    func heat() throws {
        for theme in try themes() {
            let (heat, page) = (try #require(theme["heat"]), try #require(theme["page"]))
            for step in 0...1000 {
                let share = Double(step) / 1000
                // As HeatMap fills a cell.
                let opacity = 0.05 + 0.95 * share
                let ground = zip(heat, page).map { $0 * opacity + $1 * (1 - opacity) }
                let ink = try #require(theme[share > HeatMap.turn ? "on-heat" : "in-heat"])
                #expect(contrast(ink, ground) >= 4.5, "share \(share)")
            }
        }
    }
}
