extension FeatureCatalogue {
    /// Closed groups of English words.
    ///
    /// Traps: the authors' units are substring tests ("mile" is in "smile"): here the whole word. State abbreviations stay
    /// case-sensitive on purpose (in, or, me, hi, ok are words). Names and abbreviations that are words too (may, march, sun, sat)
    /// need a capital.
    static let wordGroups: [TokenFeature] = [
        names(
            "month", anyCase: "january february april june july september october november december",
            capitalised: "march may august jan feb mar apr jun jul aug sep sept oct nov dec"),
        names(
            "weekday", anyCase: "monday tuesday wednesday thursday friday saturday sunday",
            capitalised: "mon tue tues wed thu thur thurs fri sat sun"),
        names(
            "US state",
            anyCase: """
                alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa
                kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio
                oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming
                """,
            capitalised: ""),
        TokenFeature("US state abbreviation", .semantic) { stateAbbreviations.contains($0.exact) },
        TokenFeature("website suffix", .semantic) { text in
            text.lowered.first == "."
                ? websiteSuffixes.contains(String(text.word.dropFirst())) || dottedSuffixes.contains(String(text.word.dropFirst()))
                : websiteSuffixes.contains(text.word)
        },
        .words(
            "length unit", .semantic,
            """
            mm cm km ft inch inches foot feet yard yards mile miles meter meters metre metres kilometer kilometers kilometre kilometres
            centimeter centimeters centimetre centimetres millimeter millimeters millimetre millimetres micrometer micrometers nanometer
            nanometers micron microns furlong furlongs fathom fathoms cubit cubits league leagues
            """),
        .words(
            "time unit", .semantic,
            """
            second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks fortnight month months year years yr yrs
            decade decades century centuries millennium millennia millisecond milliseconds microsecond microseconds nanosecond nanoseconds
            """),
        .words(
            "contrastive conjunction", .syntax,
            """
            but however although though yet nevertheless nonetheless whereas while despite notwithstanding conversely albeit otherwise
            instead unless except
            """),
    ]

    private static let stateAbbreviations = Set(
        """
        AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT
        VT VA WA WV WI WY
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// Suffixes that are hardly anything else, with or without their dot.
    private static let websiteSuffixes: Set<String> = ["com", "org", "net", "edu", "gov", "mil"]

    /// Suffixes that are words or pieces of words too, and so need their dot.
    private static let dottedSuffixes: Set<String> = [
        "io", "co", "uk", "us", "ca", "au", "de", "fr", "jp", "eu", "ru", "cn", "in", "ch", "nl", "se", "it", "es", "br", "tv", "me", "ly",
        "ai",
        "info", "biz", "int", "app", "dev",
    ]

    private static func names(_ name: String, anyCase: String, capitalised: String) -> TokenFeature {
        let plain = Set(anyCase.split(whereSeparator: \.isWhitespace).map(String.init))
        let ambiguous = Set(capitalised.split(whereSeparator: \.isWhitespace).map(String.init))
        return TokenFeature(name, .semantic) { text in
            plain.contains(text.word) || (text.firstKind.contains(.upperCase) && ambiguous.contains(text.word))
        }
    }
}
