package io.tabellion.policy;

import io.tabellion.yaml.Default;
import io.tabellion.yaml.Nearest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy file as it is written.
 *
 * @param apiVersion {@code tabellion.io/v1}
 * @param kind {@code Policy}
 * @param metadata what the file is called
 * @param defaults what happens where no rule matches
 * @param rules in any order; their ids are unique
 */
record PolicyDocument(
    ApiVersion apiVersion,
    Kind kind,
    Metadata metadata,
    @Default("") Defaults defaults,
    List<Rule> rules) {

  PolicyDocument {
    rules = List.copyOf(rules);
  }

  /** The version of the format. */
  record ApiVersion(String text) {
    ApiVersion {
      if (!text.equals("tabellion.io/v1")) {
        throw new IllegalArgumentException("tabellion.io/v1");
      }
    }
  }

  /** The kind of file. */
  record Kind(String text) {
    Kind {
      if (!text.equals("Policy")) {
        throw new IllegalArgumentException("Policy");
      }
    }
  }

  /**
   * What the file is called.
   *
   * @param name for the record
   * @param version for the record; raised by whoever changes the file
   */
  record Metadata(Name name, @Default("1") int version) {}

  /** A name for the record: what a leaf may hold for ever. */
  record Name(String text) {
    Name {
      if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
        throw new IllegalArgumentException("1 to 63 letters, digits, dots, dashes");
      }
    }
  }

  /** Names a rule: what a leaf may hold for ever. */
  record Id(String text) {
    Id {
      if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
        throw new IllegalArgumentException("1 to 63 letters, digits, dots, dashes");
      }
    }
  }

  /**
   * What happens where no rule matches.
   *
   * @param decision {@code deny}; there is no other
   */
  record Defaults(@Default("deny") Closed decision) {}

  /** The one default. */
  enum Closed {
    DENY
  }

  /**
   * One rule.
   *
   * @param id names it in entries and messages
   * @param match which messages it is about; an empty one matches every request
   * @param then what happens with them; deny beats allow
   * @param message for the agent whose call is denied
   */
  record Rule(Id id, Match match, Then then, @Nullable String message) {
    Rule {
      if (message != null && message.length() > 1000) {
        throw new IllegalArgumentException("message: too long (expected: at most 1000 characters)");
      }
      if (message != null && then == Then.ALLOW) {
        throw new IllegalArgumentException("message: never shown (expected: then: deny)");
      }
    }
  }

  /** What a rule does. */
  enum Then {
    ALLOW,
    DENY
  }

  /**
   * Which messages: those that match in every key; within one key, one pattern is enough.
   *
   * @param direction of the message
   * @param methods JSON-RPC methods, {@code http/get} and {@code http/delete}; null means all
   * @param servers names of MCP servers; null means all
   * @param tools names in {@code tools/call} and what lists show; null means all, and messages that
   *     name no tool too
   */
  record Match(
      @Default("request") Question.Direction direction,
      @Nullable List<Method> methods,
      @Nullable List<Glob> servers,
      @Nullable List<Glob> tools) {

    Match {
      methods = some("methods", methods);
      servers = some("servers", servers);
      tools = some("tools", tools);
    }

    private static <T> @Nullable List<T> some(String name, @Nullable List<T> patterns) {
      if (patterns != null && patterns.isEmpty()) {
        throw new IllegalArgumentException(
            name + ": empty, matches nothing (expected: one or more)");
      }
      return patterns == null ? null : List.copyOf(patterns);
    }
  }

  /**
   * A pattern for methods. One that is nearly the name of a known method is refused as misspelt.
   */
  record Method(Glob glob) {
    static Method parse(String text) {
      Glob glob = new Glob(text);
      if (glob.exact() && !Methods.KNOWN.contains(text)) {
        Nearest.of(text, Methods.KNOWN)
            .ifPresent(near -> {
              throw new IllegalArgumentException(near);
            });
      }
      return new Method(glob);
    }
  }
}
