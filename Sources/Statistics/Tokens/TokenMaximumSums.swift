/// The tokens at which one group's columns are most active, over some shards of one stratum.
public typealias TokenMaximumSums = StrongestSums<TokenMaxima>
