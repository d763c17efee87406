extension ParcelOffer {
    /// Its bytes, as far as they can be believed: sums of them never overflow.
    var size: Int { min(max(0, bytes), DecodingLimit.bytes) }

    /// The same offer, free to be folded.
    var released: ParcelOffer { ParcelOffer(parcel: parcel, worker: worker, sections: sections, bytes: bytes, isHeld: false) }
}
