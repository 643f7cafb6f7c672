package io.tabellion.notify;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Somebody who is told of approvals by HTTP POST.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name in the configuration, in rules ({@code approval.notify}), metrics and log lines
 * @param url where to; may be secret itself, so it is never shown
 * @param format of the bodies
 * @param keys that sign them, each on its own; empty where the receiver checks no signatures
 * @param states of which it is told
 * @param servers of which it is told; empty for all
 * @param rules of which it is told; empty for all
 * @param arguments whether bodies about pending requests have the call, masked
 * @param buttons whether messages for Slack can be answered by button
 */
public record Endpoint(
    String name,
    URI url,
    Format format,
    List<WebhookKey> keys,
    Set<Step> states,
    Set<String> servers,
    Set<String> rules,
    boolean arguments,
    boolean buttons) {

  public Endpoint {
    keys = List.copyOf(keys);
    states = Set.copyOf(states);
    servers = Set.copyOf(servers);
    rules = Set.copyOf(rules);
  }

  /** What bodies look like. */
  public enum Format {
    /** JSON as Standard Webhooks has it. */
    STANDARD,
    /** Block Kit, for incoming webhooks of Slack. */
    SLACK,
    /** An Adaptive Card, for workflows of Microsoft Teams. */
    TEAMS
  }

  /** Whether it is told of this. Who is named by rules, or not, is the caller's to know. */
  boolean wants(Notice notice) {
    return states.contains(notice.step())
        && (servers.isEmpty() || servers.contains(notice.text(Notice.SERVER)))
        && (rules.isEmpty() || notice.rules().stream().anyMatch(rules::contains));
  }
}
