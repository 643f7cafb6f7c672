package io.tabellion.policy;

import io.tabellion.name.Names;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.Question.Target;
import io.tabellion.policy.uri.UriPattern;
import io.tabellion.yaml.Key;
import io.tabellion.yaml.Nearest;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a rule is about: those that match in every key; within one key, one pattern is
 * enough. A match that no message could have is refused.
 *
 * @param written the direction of the message, where the file says it
 * @param methods JSON-RPC methods, {@code http/get} and {@code http/delete}; null means all
 * @param servers names of MCP servers; null means all
 * @param tools names in {@code tools/call} and what lists show; null means all, and messages that
 *     name no tool too
 * @param resources URIs, in the same way
 * @param prompts names of prompts, in the same way
 */
record Match(
    @Key("direction") @Nullable Direction written,
    @Nullable List<Method> methods,
    @Nullable List<Glob> servers,
    @Nullable List<Tool> tools,
    @Nullable List<UriPattern> resources,
    @Nullable List<Glob> prompts) {
  private static final Set<String> OF_TOOLS = Set.of("tools/call");
  private static final Set<String> OF_RESOURCES =
      Set.of(
          "resources/read",
          "resources/subscribe",
          "resources/unsubscribe",
          "subscriptions/listen",
          "completion/complete",
          "notifications/resources/updated");
  private static final Set<String> OF_PROMPTS = Set.of("prompts/get", "completion/complete");

  private static final List<Method> BY_TOOLS = methods(OF_TOOLS);
  private static final List<Method> BY_RESOURCES = methods(OF_RESOURCES);
  private static final List<Method> BY_PROMPTS = methods(OF_PROMPTS);

  private static List<Method> methods(Set<String> names) {
    return names.stream().map(Method::parse).toList();
  }

  /** Every request. */
  static final Match ALL = new Match(Direction.REQUEST, null, null, null, null, null);

  Match {
    methods = some("methods", methods);
    servers = some("servers", servers);
    tools = some("tools", tools);
    resources = some("resources", resources);
    prompts = some("prompts", prompts);
    meet("tools", tools, OF_TOOLS, methods);
    meet("resources", resources, OF_RESOURCES, methods);
    meet("prompts", prompts, OF_PROMPTS, methods);
    long kinds =
        List.of(tools != null, resources != null, prompts != null).stream()
            .filter(there -> there)
            .count();
    if (kinds > 1) {
      throw new IllegalArgumentException(
          "matches nothing (expected: one of tools, resources and prompts)");
    }
    if (written == Direction.SERVER_REQUEST && (tools != null || prompts != null)) {
      throw new IllegalArgumentException(
          "matches nothing (expected: methods or servers for what a server asks)");
    }
  }

  private static <T> @Nullable List<T> some(String name, @Nullable List<T> patterns) {
    if (patterns != null && patterns.isEmpty()) {
      throw new IllegalArgumentException(name + ": empty, matches nothing (expected: one or more)");
    }
    return patterns == null ? null : List.copyOf(patterns);
  }

  private static void meet(
      String key, @Nullable List<?> names, Set<String> of, @Nullable List<Method> methods) {
    if (names != null
        && methods != null
        && methods.stream().noneMatch(method -> of.stream().anyMatch(method.glob()::matches))) {
      throw new IllegalArgumentException(
          "matches nothing (expected: %s together with a method that has them, such as %s)"
              .formatted(key, of.stream().sorted().toList().getLast()));
    }
  }

  /** The direction of the message: requests, if the file does not say it. */
  Direction direction() {
    return written == null ? Direction.REQUEST : written;
  }

  /** The same with the methods, where it says nothing of what a message is about. */
  Match orMethods(List<Method> standard) {
    boolean says = methods != null || tools != null || resources != null || prompts != null;
    return says ? this : new Match(written, standard, servers, tools, resources, prompts);
  }

  /** The methods that it is about by what it names; empty if it names nothing. */
  List<Method> impliedMethods() {
    if (tools != null) {
      return BY_TOOLS;
    }
    return resources != null ? BY_RESOURCES : prompts != null ? BY_PROMPTS : List.of();
  }

  /** The same for each of its patterns of tools; itself if it names none. */
  List<Match> byTool() {
    return tools == null
        ? List.of(this)
        : tools.stream()
            .map(tool -> new Match(written, methods, servers, List.of(tool), resources, prompts))
            .toList();
  }

  /** Whether it can match messages to or from the server. */
  boolean isAbout(String server) {
    return any(servers, server, Function.identity());
  }

  /**
   * Whether it matches.
   *
   * @param uri of the resource that the question is about, if it is about one
   * @param refuses whether the rule refuses, so that one reading of a URI is enough
   */
  Fit fits(Question question, ResourceUri uri, boolean refuses) {
    Target target = question.target();
    boolean anyTool = question.unknown().contains(Question.TOOL);
    boolean fits =
        any(methods, target.method(), Method::glob)
            && any(servers, question.setting().server(), Function.identity())
            && (anyTool || any(tools, target.tool(), Tool::glob))
            && any(prompts, target.prompt(), Function.identity());
    if (fits && resources != null) {
      return uri.fits(resources, refuses);
    }
    return fits && tools != null && anyTool ? Fit.MAYBE : Fit.of(fits);
  }

  private static <T> boolean any(
      @Nullable List<T> patterns, @Nullable String name, Function<T, Glob> glob) {
    if (patterns == null) {
      return true;
    }
    if (name == null) {
      return false;
    }
    for (T pattern : patterns) {
      if (glob.apply(pattern).matches(name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A pattern for names of tools, of which only those that a tool may have can be meant: no
   * character that nobody sees, and no blank at an end.
   */
  record Tool(Glob glob) {
    static Tool parse(String text) {
      Glob glob = new Glob(text);
      Names.checkText(text)
          .ifPresent(wrong -> {
            throw new IllegalArgumentException(wrong.expected());
          });
      if (Names.hasEdge(text)) {
        throw new IllegalArgumentException(Names.Wrong.EDGE.expected());
      }
      return new Tool(glob);
    }
  }

  /**
   * A pattern for methods. One that is nearly the name of a known method is refused as misspelt,
   * and so is one with wild cards that no known method matches.
   */
  record Method(Glob glob) {
    static Method parse(String text) {
      Glob glob = new Glob(text);
      boolean matches = Methods.KNOWN.stream().anyMatch(glob::matches);
      if (!matches && !glob.exact()) {
        throw new IllegalArgumentException("a pattern that a method of MCP matches");
      }
      if (!matches) {
        Nearest.of(text, Methods.KNOWN)
            .ifPresent(near -> {
              throw new IllegalArgumentException(near);
            });
      }
      return new Method(glob);
    }
  }
}
