extension FeatureCatalogue {
    /// Writing systems and signs, a hint at the language: the token has a scalar of the script's blocks.
    static let scripts: [TokenFeature] =
        blocks.map { name, ranges in
            TokenFeature("script \(name)", .semantic) { text in
                text.stripped.contains { scalar in ranges.contains { $0.contains(scalar.value) } }
            }
        } + [
            TokenFeature("part of a character", .semantic) { $0.kinds.contains(.replacement) },
            TokenFeature("non-ASCII letter", .semantic) { text in
                zip(text.stripped, text.kind).contains { $0.value >= 0x80 && $1.contains(.letter) }
            },
        ]

    private static let blocks: [(name: String, ranges: [ClosedRange<UInt32>])] = [
        ("accented Latin", [0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x1E00...0x1EFF]),
        ("Greek", [0x370...0x3FF, 0x1F00...0x1FFF]),
        ("Cyrillic", [0x400...0x52F, 0x2DE0...0x2DFF, 0xA640...0xA69F]),
        ("Hebrew", [0x590...0x5FF, 0xFB1D...0xFB4F]),
        ("Arabic", [0x600...0x6FF, 0x750...0x77F, 0x8A0...0x8FF, 0xFB50...0xFDFF, 0xFE70...0xFEFE]),
        ("Indic", [0x900...0xDFF]),
        ("Thai", [0xE00...0xE7F]),
        ("kana", [0x3040...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F]),
        ("Han", [0x2E80...0x2FDF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF]),
        ("Hangul", [0x1100...0x11FF, 0x3130...0x318F, 0xA960...0xA97F, 0xAC00...0xD7FF]),
        ("mathematical sign", [0x2190...0x22FF, 0x27C0...0x27EF, 0x2900...0x2BFF]),
        ("box or block", [0x2500...0x25FF]),
        ("emoji", [0x2600...0x27BF, 0x1F000...0x1FAFF]),
        ("typographic mark", [0xA1...0xBF, 0x2010...0x205E, 0x2100...0x214F, 0x3000...0x303F]),
    ]
}
