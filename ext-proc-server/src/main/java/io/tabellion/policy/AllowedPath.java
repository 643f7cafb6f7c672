package io.tabellion.policy;

import io.tabellion.mask.rule.Selector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place where what detectors find is no finding, as a file writes it: a selector, or a mapping
 * that also says of which messages.
 *
 * @param select the place
 * @param servers names of MCP servers; null for all
 * @param tools of whose calls and answers; null for every message
 */
record AllowedPath(
    Selector select, @Nullable List<Glob> servers, @Nullable List<Match.Tool> tools) {

  AllowedPath {
    servers = some("servers", servers);
    tools = some("tools", tools);
  }

  /** One of every message. */
  AllowedPath(Selector select) {
    this(select, null, null);
  }

  private static <T> @Nullable List<T> some(String name, @Nullable List<T> patterns) {
    if (patterns != null && patterns.isEmpty()) {
      throw new IllegalArgumentException(name + ": empty, matches nothing (expected: one or more)");
    }
    return patterns == null ? null : List.copyOf(patterns);
  }

  /** Whether it is about every message. */
  boolean isGeneral() {
    return servers == null && tools == null;
  }

  /** Whether it is about the message. */
  boolean fits(Question question) {
    String server = question.setting().server();
    String tool = question.target().tool();
    return (servers == null || servers.stream().anyMatch(glob -> glob.matches(server)))
        && (tools == null
            || (tool != null && tools.stream().anyMatch(known -> known.glob().matches(tool))));
  }
}
