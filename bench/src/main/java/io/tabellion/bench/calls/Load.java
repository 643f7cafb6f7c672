package io.tabellion.bench.calls;

/**
 * How calls are made.
 *
 * @param clients of a closed loop: each makes its next call when it has the answer to the one
 *     before; 0 for an open loop
 * @param rate of an open loop: so many calls a second begin, whatever became of those before; 0 for
 *     a closed one
 */
record Load(int clients, int rate) {

  static Load closed(int clients) {
    return new Load(clients, 0);
  }

  static Load open(int rate) {
    return new Load(0, rate);
  }

  /** Returns a client that makes such calls; its first call has this id. */
  LoadClient client(Target target, long firstId) {
    return rate == 0
        ? new ClosedLoop(target, firstId, clients)
        : new OpenLoop(target, firstId, rate);
  }

  /** As in the report. */
  String text() {
    return rate == 0 ? String.valueOf(clients) : rate + "/s";
  }

  /** In a sentence. */
  String words() {
    return rate == 0 ? clients + " clients" : rate + " calls/s";
  }
}
