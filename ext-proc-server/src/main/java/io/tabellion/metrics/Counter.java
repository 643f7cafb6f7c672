package io.tabellion.metrics;

/** What is counted: a closed set, so that heartbeats and metrics always mean the same. */
public enum Counter {
  /** Exchanges that reached us. */
  EXCHANGES("exchanges"),
  /** Messages read, both ways. */
  MESSAGES("messages"),
  /** Requests let on to the server. */
  FORWARDED("forwarded"),
  /** Requests that passed a further place of ours, as the call that the first one let on. */
  PASSED_AGAIN("passed_again"),
  /** Answers and events released to the client. */
  RELEASED("released"),
  /** Messages refused by policy. */
  DENIED("denied"),
  /** Messages refused by a stop of an operator. */
  STOPPED("stopped"),
  /** Messages that rules in shadow would have decided otherwise. */
  SHADOWED("shadowed"),
  /** Messages that the candidate policy would have decided otherwise. */
  CANDIDATE_DIFFERS("candidate_differs"),
  /** Messages that the candidate policy could not judge, for a reason of ours. */
  CANDIDATE_FAILURES("candidate_failures"),
  /** Conditions of rules that could not be evaluated. */
  RULE_ERRORS("rule_errors"),
  /** Of those, conditions that the clock ended, the last defence behind counted work. */
  RULE_WALL_CLOCK("rule_wall_clock"),
  /** Messages refused as malformed, oversized, or not allowed by the protocol. */
  REFUSED("refused"),
  /** Answers withheld after the call was executed. */
  WITHHELD("withheld"),
  /** Server messages dropped. */
  DROPPED("dropped"),
  /** Messages that were walked where they arrived, on the transport's thread. */
  WALKED_AT_ONCE("walked_at_once"),
  /** Messages that were decided anew, because another changed what they were decided on. */
  DECIDED_ANEW("decided_anew"),
  /** Messages that were mended before they went on. */
  MENDED("mended"),
  /** Items that lists lost because of what is wrong with them. */
  LEFT_OUT("left_out"),
  /** Tools whose definition was not the accepted one. */
  PINS_CHANGED("pins_changed"),
  /** Replies of Envoy's own, recorded and let through. */
  ENVOY_REPLIES("envoy_replies"),
  /** Streams of proxies that may not speak for the listener or the server that they name. */
  REFUSED_PROXIES("refused_proxies"),
  /** Requests without a verified caller, counted per second rather than entered. */
  UNAUTHENTICATED("unauthenticated"),
  /** Calls of the audit API without a known token or certificate. */
  UNAUTHENTICATED_READS("unauthenticated_reads"),
  /** Exchanges whose client went away. */
  CANCELLED("cancelled"),
  /** Appends that failed. */
  AUDIT_FAILURES("audit_failures"),
  /** Requests refused because the budget of their caller or server is spent. */
  OVER_BUDGET("over_budget"),
  /** Notifications of approvals that receivers took. */
  NOTIFICATIONS_DELIVERED("notifications_delivered"),
  /** Attempts to deliver a notification that failed. */
  NOTIFICATION_FAILURES("notification_failures"),
  /** Notifications that were given up. */
  NOTIFICATIONS_UNDELIVERED("notifications_undelivered"),
  /** Messages of Slack that were not acted on: not signed, too old, repeated, of strangers. */
  SLACK_REFUSED("slack_refused"),
  /** Failures of ours that closed an exchange. */
  INTERNAL_ERRORS("internal_errors");

  private final String text;

  Counter(String text) {
    this.text = text;
  }

  /** The name in heartbeats; metrics put {@code tabellion_} before and {@code _total} behind it. */
  public String text() {
    return text;
  }
}
