extension ParcelOffer {
    /// Its bytes, as far as they can be believed: sums of them never overflow.
    var size: Int { min(max(0, bytes), DecodingLimit.bytes) }

    /// The same offer without what others have: what is kept once its digest was checked.
    public var own: ParcelOffer { ParcelOffer(parcel: parcel, worker: worker, sections: sections, bytes: bytes) }
}
