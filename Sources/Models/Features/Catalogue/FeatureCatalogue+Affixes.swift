extension FeatureCatalogue {
    /// Endings of the lower-cased stripped text. A token that is nothing but the ending counts: in a byte-level vocabulary it is a piece
    /// at the end of a word.
    static let suffixes: [TokenFeature] = split(
        """
        ness ment tion sion ance ence er or ist ism hood ship age able ible al ial ish ive less ful ous ic ly ward wise ize ise en ify let
        ling ie ette dom logy graphy phobia y cy ty ant ent ary ery ing ed s est
        """
    ).map { ending in
        let scalars = Array(ending.unicodeScalars)
        return TokenFeature("suffix \(ending)", .syntax) { $0.hasSuffix(scalars) }
    }

    /// Beginnings of the lower-cased stripped text.
    static let prefixes: [TokenFeature] = split(
        """
        un re in im dis en em non over mis sub pre inter fore de trans super semi anti mid under mono bi tri multi poly ex micro macro auto
        tele homo hetero post geo aero hydro thermo electro photo pan mega kilo pseudo neo counter ultra infra circum peri hemi ped pod bio
        """
    ).map { beginning in
        let scalars = Array(beginning.unicodeScalars)
        return TokenFeature("prefix \(beginning)", .syntax) { $0.hasPrefix(scalars) }
    }

    private static func split(_ list: String) -> [String] { list.split(whereSeparator: \.isWhitespace).map(String.init) }
}
