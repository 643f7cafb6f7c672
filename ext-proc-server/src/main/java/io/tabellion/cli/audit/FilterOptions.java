package io.tabellion.cli.audit;

import com.google.protobuf.Timestamp;
import io.tabellion.audit.v1.Filter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which entries. Options that are repeated mean: any of these. */
final class FilterOptions {
  @Option(names = "--subject", paramLabel = "NAME", description = "Verified caller.")
  private List<String> subjects = List.of();

  @Option(names = "--group", paramLabel = "NAME", description = "Group of the caller.")
  private List<String> groups = List.of();

  @Option(
      names = "--client",
      paramLabel = "NAME",
      description = "OAuth client, or the name that a client claims.")
  private List<String> clients = List.of();

  @Option(
      names = "--source",
      paramLabel = "ADDRESS",
      description = "Address that the call came from, without its port.")
  private List<String> sources = List.of();

  @Option(
      names = "--mcp-server",
      paramLabel = "NAME",
      description = "MCP server, by the name of its route.")
  private List<String> servers = List.of();

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "JSON-RPC method, e.g. tools/call.")
  private List<String> methods = List.of();

  @Option(names = "--tool", paramLabel = "NAME", description = "Tool.")
  private List<String> tools = List.of();

  @Option(
      names = "--decision",
      paramLabel = "WORD",
      description = "allowed, denied, refused, withheld …; an unknown word lists all.")
  private List<String> decisions = List.of();

  @Option(
      names = "--would",
      paramLabel = "WORD",
      description =
          "allow, requireApproval or deny: what rules in shadow, or the candidate policy, would have"
              + " decided instead of what was decided.")
  private List<String> would = List.of();

  @Option(
      names = "--reason",
      paramLabel = "WORD",
      description = "Why, e.g. too-large or needs-approval.")
  private List<String> reasons = List.of();

  @Option(names = "--rule", paramLabel = "ID", description = "Rule of the policy that fired.")
  private List<String> rules = List.of();

  @Option(names = "--policy", paramLabel = "DIGEST", description = "Version of the policy.")
  private List<String> policies = List.of();

  @Option(
      names = "--outcome",
      paramLabel = "WORD",
      description = "ok, tool_error, rpc_error …; an unknown word lists all.")
  private List<String> outcomes = List.of();

  @Option(
      names = "--kind",
      paramLabel = "WORD",
      description = "Kind of entry, e.g. call.intent; an unknown word lists all.")
  private List<String> kinds = List.of();

  @Option(
      names = "--conversation",
      paramLabel = "DIGEST",
      description = "Digest of a conversation.")
  private List<String> conversations = List.of();

  @Option(
      names = "--session",
      paramLabel = "ID|DIGEST",
      description = "MCP session: its id, or its digest.")
  private List<String> sessions = List.of();

  @Option(names = "--intent", paramLabel = "ID", description = "What belongs to this intent.")
  private List<String> intents = List.of();

  @Option(names = "--request-id", paramLabel = "ID", description = "Envoy's x-request-id.")
  private List<String> requestIds = List.of();

  @Option(
      names = "--words",
      paramLabel = "TEXT",
      description = "All these words in the content, in any order.")
  private String words = "";

  /**
   * Values of one option.
   *
   * @param option as it is typed
   * @param field of the API's filter
   * @param put one value into the filter
   */
  private record Wanted(
      String option, String field, BiConsumer<Filter.Builder, String> put, List<String> values) {}

  private List<Wanted> wanted() {
    return List.of(
        new Wanted("--subject", "subjects", Filter.Builder::addSubjects, subjects),
        new Wanted("--group", "groups", Filter.Builder::addGroups, groups),
        new Wanted("--client", "clients", Filter.Builder::addClients, clients),
        new Wanted("--source", "sources", Filter.Builder::addSources, sources),
        new Wanted("--mcp-server", "servers", Filter.Builder::addServers, servers),
        new Wanted("--method", "methods", Filter.Builder::addMethods, methods),
        new Wanted("--tool", "tools", Filter.Builder::addTools, tools),
        new Wanted("--decision", "decisions", Filter.Builder::addDecisions, decisions),
        new Wanted("--would", "would", Filter.Builder::addWould, would),
        new Wanted("--reason", "reasons", Filter.Builder::addReasons, reasons),
        new Wanted("--rule", "rules", Filter.Builder::addRules, rules),
        new Wanted("--policy", "policies", Filter.Builder::addPolicies, policies),
        new Wanted("--outcome", "outcomes", Filter.Builder::addOutcomes, outcomes),
        new Wanted("--kind", "kinds", Filter.Builder::addKinds, kinds),
        new Wanted(
            "--conversation", "conversations", Filter.Builder::addConversations, conversations),
        new Wanted("--session", "sessions", Filter.Builder::addSessions, sessions),
        new Wanted("--intent", "intents", Filter.Builder::addIntents, intents),
        new Wanted("--request-id", "request_ids", Filter.Builder::addRequestIds, requestIds),
        new Wanted(
            "--words",
            "words",
            Filter.Builder::setWords,
            words.isEmpty() ? List.of() : List.of(words)));
  }

  Filter.Builder toFilter() {
    Filter.Builder filter = Filter.newBuilder();
    for (Wanted wanted : wanted()) {
      for (String value : wanted.values) {
        if (value.isEmpty()) {
          throw new CliException(wanted.option + ": empty (expected: a value)");
        }
        wanted.put.accept(filter, value);
      }
    }
    return filter;
  }

  /** Returns what was asked for, as it was typed. */
  List<String> asked() {
    return wanted().stream()
        .flatMap(wanted -> wanted.values.stream().map(value -> wanted.option + " " + value))
        .toList();
  }

  /** Returns the option for a field of the API's filter; the field if there is none. */
  String option(String field) {
    return wanted().stream()
        .filter(wanted -> wanted.field.equals(field))
        .map(Wanted::option)
        .findFirst()
        .orElse(field);
  }

  /** A time range, for verbs that look back. */
  static final class Range {
    @Option(
        names = {"--from", "--since"},
        paramLabel = "TIME",
        description =
            "At or after: 2026-11-24, 2026-11-24T07:00, 2026-11-24T07:00:00Z, or 15m ago.")
    private @Nullable String from;

    @Option(names = "--until", paramLabel = "TIME", description = "Before.")
    private @Nullable String until;

    /**
     * Adds the range to a filter.
     *
     * @throws CliException if a time is none, or the range is empty
     */
    void addTo(Filter.Builder filter, ZoneId zone, Instant now) {
      Instant first = from == null ? null : instant("--from", from, zone, now);
      Instant end = until == null ? null : instant("--until", until, zone, now);
      if (first != null && end != null && !first.isBefore(end)) {
        throw new CliException(
            "--until: %s (expected: a time after --from %s)".formatted(until, from));
      }
      if (first != null) {
        filter.setFrom(timestamp(first));
      }
      if (end != null) {
        filter.setUntil(timestamp(end));
      }
    }

    /** Returns what was asked for, as it was typed. */
    List<String> asked() {
      List<String> asked = new ArrayList<>();
      if (from != null) {
        asked.add("--from " + from);
      }
      if (until != null) {
        asked.add("--until " + until);
      }
      return asked;
    }

    private static Timestamp timestamp(Instant at) {
      return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
    }

    static Instant instant(String option, String text, ZoneId zone, Instant now) {
      try {
        if (text.matches("[0-9]{1,9}[smhd]( ago)?")) {
          String number = text.replaceAll("[smhd].*", "");
          boolean days = text.contains("d");
          char unit = text.charAt(number.length());
          return now.minus(
              days
                  ? Duration.ofDays(Long.parseLong(number))
                  : Duration.parse("PT" + number + String.valueOf(unit).toUpperCase(Locale.ROOT)));
        }
        if (text.indexOf('T') < 0) {
          return LocalDate.parse(text).atStartOfDay(zone).toInstant();
        }
        return text.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")
            ? Instant.parse(text)
            : LocalDateTime.parse(text).atZone(zone).toInstant();
      } catch (DateTimeParseException e) {
        throw new CliException(
            option
                + ": "
                + text
                + " (expected: a time such as 2026-11-24, 2026-11-24T07:00:00Z, or 15m for 15"
                + " minutes ago)",
            e);
      } catch (DateTimeException | ArithmeticException e) {
        throw new CliException(
            option + ": " + text + " (expected: a time in the years 1 to 9999)", e);
      }
    }
  }
}
