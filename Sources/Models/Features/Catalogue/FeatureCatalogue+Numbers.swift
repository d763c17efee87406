extension FeatureCatalogue {
    /// Numbers in digits and in words.
    ///
    /// Traps: the authors' number words are case-sensitive (here any case), and their "all digits" holds for blanks (here not).
    static let numbers: [TokenFeature] =
        [
            .words(
                "number word", .semantic,
                """
                zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
                nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
                """),
            .words(
                "ordinal word", .semantic,
                """
                first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
                seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth hundredth thousandth
                """),
            TokenFeature("year 1491 to 2199", .semantic) { text in
                text.stripped.count == 4 && text.decimalValue.map { (1491...2199).contains($0) } == true
            },
            TokenFeature("decimal up to 31", .syntax) { text in text.decimalValue.map { $0 <= 31 } == true },
        ]
        + (1...4).map { digits in
            TokenFeature("decimal of \(digits) digit\(digits == 1 ? "" : "s")", .syntax) { $0.stripped.count == digits && $0.isDecimal }
        } + [
            TokenFeature("all digits", .syntax) { text in !text.stripped.isEmpty && text.kind.allSatisfy { $0.contains(.digit) } },
            TokenFeature("contains digit", .syntax) { $0.kinds.contains(.digit) },
        ]

}
