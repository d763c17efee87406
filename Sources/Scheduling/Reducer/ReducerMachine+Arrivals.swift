extension ReducerMachine {
    /// Answers an offer, or lets it wait.
    mutating func answer(_ offer: ParcelOffer, at now: SchedulerTime, _ actions: inout [ReducerAction]) {
        if answerAtOnce(offer, at: now, &actions) {
            waiting.remove(offer.parcel, of: offer.worker)
        } else if waiting.isEmpty, hasRoom(for: offer) {
            invite(offer, at: now, &actions)
        } else {
            waiting.append(offer, most: policy.offersPerWorker, at: now)
        }
    }

    /// Invites the offers that wait, as far as there is room.
    mutating func admit(at now: SchedulerTime, _ actions: inout [ReducerAction]) {
        guard hasNewRoom else { return }
        hasNewRoom = false
        while let offer = waiting.first() {
            if answerAtOnce(offer, at: now, &actions) {
                waiting.remove(offer.parcel, of: offer.worker)
            } else if hasRoom(for: offer) {
                invite(offer, at: now, &actions)
            } else {
                return
            }
        }
    }

    private func hasRoom(for offer: ParcelOffer) -> Bool {
        guard pausedBecause == nil else { return false }
        // What is held back for an audit does not count: the copy that would set it free must not wait for room.
        guard store.foldableBytes < policy.stagingLimit else { return false }
        return arriving.isEmpty || offer.size <= policy.window - bytesInFlight
    }

    /// Answers an offer of what is here or is coming.
    private mutating func answerAtOnce(_ offer: ParcelOffer, at now: SchedulerTime, _ actions: inout [ReducerAction]) -> Bool {
        let parcel = offer.parcel
        if holds(offer) {
            if isPassedOver(offer) { actions.append(.passOver(parcel, from: offer.worker)) }
            actions.append(.acknowledge(parcel, to: offer.worker))
            return true
        }
        guard let arrival = arriving[parcel] else { return false }
        if takeOver(arrival, with: offer, at: now, &actions) { return false }
        if offer.worker != arrival.sender { arriving[parcel]?.offers[offer.worker] = offer }
        // Whoever offers again what it was told to send may have missed the invitation; or its bytes are on their way.
        if offer.worker == arrival.sender, !arrival.isWriting, now - max(arrival.heard, arrival.invited) >= policy.inviteAgain {
            arriving[parcel]?.invited = now
            actions.append(.invite(parcel, from: offer.worker))
        }
        return true
    }

    /// Takes a parcel from a worker that was invited and sends nothing, for another that has it too. That one waits before all others, for it
    /// stands in for a parcel that had its room already.
    ///
    /// What the first sends after all is passed over, as whatever was given up is; when it offers the parcel again it is answered like any
    /// other that has a copy.
    private mutating func takeOver(
        _ arrival: Arrival, with offer: ParcelOffer, at now: SchedulerTime, _ actions: inout [ReducerAction]
    ) -> Bool {
        // A worker sends one parcel after the other: as long as one comes from it, its next ones are not late.
        let heard = max(arrival.heard, lastPieces[arrival.sender] ?? arrival.heard)
        guard offer.worker != arrival.sender, !arrival.isWriting, now - heard >= policy.takeoverPatience else { return false }
        let parcel = offer.parcel
        actions.append(.forget(parcel))
        arriving[parcel]?.offers[offer.worker] = nil
        inviteAnother(parcel, than: arrival.sender, at: now)
        waiting.prepend([offer], at: now)
        return true
    }

    private mutating func invite(_ offer: ParcelOffer, at now: SchedulerTime, _ actions: inout [ReducerAction]) {
        let others = waiting.removeAll(of: offer.parcel)
        var offers = Dictionary(others.map { ($0.worker, $0) }) { first, _ in first }
        offers[offer.worker] = offer
        let disagreement = disagreement(with: offer)
        arriving[offer.parcel] = Arrival(
            sender: offer.worker, offers: offers, heard: now, invited: now, contradicts: disagreement != nil)
        bytesInFlight += offer.size
        if let disagreement { actions.append(.report(disagreement)) }
        actions.append(.invite(offer.parcel, from: offer.worker))
    }

    /// Takes a parcel from those that are on their way.
    mutating func removeArrival(_ parcel: ParcelID) -> Arrival? {
        guard let arrival = arriving.removeValue(forKey: parcel) else { return nil }
        bytesInFlight -= arrival.size
        hasNewRoom = true
        return arrival
    }

    mutating func arrive(_ parcel: ParcelID, from worker: WorkerID, _ actions: inout [ReducerAction]) {
        guard let arrival = arriving[parcel], arrival.sender == worker, !arrival.isWriting else { return }
        arriving[parcel]?.isWriting = true
        actions.append(.stage(parcel))
    }

    mutating func refuse(
        _ parcel: ParcelID, from worker: WorkerID, _ reason: String, at now: SchedulerTime, _ actions: inout [ReducerAction]
    ) {
        guard let arrival = arriving[parcel], arrival.sender == worker, !arrival.isWriting else { return }
        actions.append(.forget(parcel))
        actions.append(.refuse(parcel, to: worker, reason: reason))
        inviteAnother(parcel, than: worker, at: now)
    }

    /// Gives up on parcels that were invited and of which nothing is heard: their worker may want to send them no more.
    mutating func dropStale(at now: SchedulerTime, _ actions: inout [ReducerAction]) {
        let patience = isFlushing ? min(policy.flushPatience, policy.arrivalPatience) : policy.arrivalPatience
        let stale = arriving.filter { !$0.value.isWriting && now - $0.value.heard > patience }
        for (parcel, arrival) in stale.sorted(by: { $0.key.task < $1.key.task }) {
            actions.append(.forget(parcel))
            inviteAnother(parcel, than: arrival.sender, at: now)
        }
        // Whoever lives offers again; all that wait are looked at only now and then.
        if now - offersChecked >= policy.offerPatience / 5 {
            offersChecked = now
            if waiting.dropStale(at: now, patience: policy.offerPatience) { hasNewRoom = true }
        }
        lastPieces = lastPieces.filter { now - $0.value < policy.takeoverPatience }
    }

    /// A parcel does not come from a worker: others that have it are asked.
    private mutating func inviteAnother(_ parcel: ParcelID, than worker: WorkerID, at now: SchedulerTime) {
        guard let arrival = removeArrival(parcel) else { return }
        waiting.prepend(arrival.sortedOffers.filter { $0.worker != worker }, at: now)
    }

    mutating func stage(_ parcel: ParcelID, _ actions: inout [ReducerAction]) {
        guard let arrival = removeArrival(parcel), let offer = arrival.offers[arrival.sender] else { return }
        // Another copy may have been staged while this one was on its way.
        let isPassedOver = isPassedOver(offer)
        if !isPassedOver { store.add(offer) }
        actions.append(.forget(parcel))
        if isPassedOver {
            actions += [.passOver(parcel, from: arrival.sender), .unstage([parcel])]
        } else {
            check(parcel, &actions, isReported: arrival.contradicts)
        }
        for worker in arrival.offers.keys.sorted() { actions.append(.acknowledge(parcel, to: worker)) }
    }
}
