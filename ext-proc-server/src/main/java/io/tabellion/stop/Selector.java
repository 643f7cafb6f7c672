package io.tabellion.stop;

import io.tabellion.identity.Caller;
import io.tabellion.name.Names;
import io.tabellion.policy.Glob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is stopped: all, or what matches in each part that is there. A person is a principal by
 * subject, workload, OAuth client, or as one of those who act: so to stop a person stops the agents
 * that act for it, and to stop an agent stops it whoever it acts for.
 *
 * <p>Immutable and thread-safe.
 *
 * @param principal pattern of names; null for whoever it is
 * @param issuer who vouches for the principal, exact; null for anybody. Only with a principal
 * @param server pattern of names of MCP servers; null for all
 * @param tool pattern of names of tools that are called; null for all messages
 */
public record Selector(
    @Nullable Glob principal, @Nullable String issuer, @Nullable Glob server, @Nullable Glob tool) {
  /** All messages. */
  public static final Selector ALL = new Selector(null, null, null, null);

  private static final int LONGEST_ISSUER = 512;
  private static final String ALL_WORD = "all";

  /** A part of a selector, by its name in the API and in entries. */
  private enum Part {
    PRINCIPAL,
    ISSUER,
    SERVER,
    TOOL;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    String line(String value) {
      return word() + "=" + value;
    }
  }

  /** A part that cannot be meant. */
  public static final class WrongException extends RuntimeException {
    private final String part;
    private final String problem;
    private final String expected;

    WrongException(String part, String problem, String expected) {
      super("%s: %s (expected: %s)".formatted(part, problem, expected), null, false, false);
      this.part = part;
      this.problem = problem;
      this.expected = expected;
    }

    /** Its name in the API. */
    public String part() {
      return part;
    }

    public String problem() {
      return problem;
    }

    public String expected() {
      return expected;
    }
  }

  /**
   * Makes one of what somebody typed; an empty text is no part.
   *
   * @throws WrongException if it is none, or could stop what nobody meant
   */
  public static Selector of(
      String principal, String issuer, String server, String tool, boolean all) {
    boolean some = Stream.of(principal, issuer, server, tool).anyMatch(part -> !part.isEmpty());
    if (all && some) {
      throw new WrongException(ALL_WORD, "beside others", "all alone, or the others without all");
    }
    if (!issuer.isEmpty() && principal.isEmpty()) {
      throw new WrongException(
          Part.ISSUER.word(), "without a principal", "a principal; * stands for any");
    }
    if (!all && !some) {
      throw new WrongException("selector", "empty", "principal, server, tool or all");
    }
    checkTool(tool);
    return new Selector(
        glob(Part.PRINCIPAL, principal),
        issuer.isEmpty() ? null : issuer(issuer),
        glob(Part.SERVER, server),
        glob(Part.TOOL, tool));
  }

  private static @Nullable Glob glob(Part part, String text) {
    try {
      return text.isEmpty() ? null : new Glob(text);
    } catch (IllegalArgumentException e) {
      throw new WrongException(part.word(), text, String.valueOf(e.getMessage()));
    }
  }

  /** A pattern with what no tool's name has would stop nothing. */
  private static void checkTool(String tool) {
    Names.checkText(tool)
        .ifPresent(wrong -> {
          throw new WrongException(Part.TOOL.word(), tool, wrong.expected());
        });
    if (!tool.isEmpty() && Names.hasEdge(tool)) {
      throw new WrongException(Part.TOOL.word(), tool, Names.Wrong.EDGE.expected());
    }
  }

  private static String issuer(String text) {
    if (text.length() > LONGEST_ISSUER || text.chars().anyMatch(Character::isISOControl)) {
      throw new WrongException(Part.ISSUER.word(), "not one", "an issuer, up to 512 characters");
    }
    return text;
  }

  /** As somebody would type it; what is not there is empty. */
  public record Typed(String principal, String issuer, String server, String tool, boolean all) {}

  /** Returns it as somebody would type it. */
  public Typed typed() {
    return new Typed(
        text(principal), issuer == null ? "" : issuer, text(server), text(tool), isAll());
  }

  private static String text(@Nullable Glob part) {
    return part == null ? "" : part.text();
  }

  /** The STOPPED fact. */
  List<String> lines() {
    Typed typed = typed();
    List<String> lines = new ArrayList<>();
    add(lines, Part.PRINCIPAL, typed.principal());
    add(lines, Part.ISSUER, typed.issuer());
    add(lines, Part.SERVER, typed.server());
    add(lines, Part.TOOL, typed.tool());
    return lines.isEmpty() ? List.of(ALL_WORD) : lines;
  }

  private static void add(List<String> lines, Part part, String value) {
    if (!value.isEmpty()) {
      lines.add(part.line(value));
    }
  }

  /**
   * Reads the STOPPED fact.
   *
   * @throws IllegalArgumentException if it has a part that is not known, or none
   */
  static Selector parse(List<String> lines) {
    if (lines.equals(List.of(ALL_WORD))) {
      return ALL;
    }
    Map<Part, String> values = new EnumMap<>(Part.class);
    for (String line : lines) {
      Part part =
          Stream.of(Part.values())
              .filter(known -> line.startsWith(known.line("")))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "stopped: a part that is not known (expected: principal, issuer, server, tool)"));
      values.put(part, line.substring(part.line("").length()));
    }
    try {
      return of(
          value(values, Part.PRINCIPAL),
          value(values, Part.ISSUER),
          value(values, Part.SERVER),
          value(values, Part.TOOL),
          false);
    } catch (WrongException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String value(Map<Part, String> values, Part part) {
    return values.getOrDefault(part, "");
  }

  /** Whether it stops everything. */
  public boolean isAll() {
    return principal == null && server == null && tool == null;
  }

  /**
   * Whether it stops a message.
   *
   * @param to name of the MCP server
   * @param calls names of tools that the message, or its exchange, calls; none if it calls none
   */
  public boolean matches(Caller caller, String to, Collection<String> calls) {
    return (server == null || server.matches(to))
        && (tool == null || calls.stream().anyMatch(tool::matches))
        && (principal == null || isOf(principal, caller));
  }

  private boolean isOf(Glob who, Caller caller) {
    return (issuer == null || issuer.equals(caller.issuer()))
        && Stream.concat(
                Stream.of(caller.subject(), caller.workload(), caller.clientId())
                    .filter(Objects::nonNull),
                caller.actors().stream())
            .anyMatch(who::matches);
  }
}
