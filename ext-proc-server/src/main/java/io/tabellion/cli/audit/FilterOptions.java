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
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which entries. Options that are repeated mean: any of these. */
final class FilterOptions {
  @Option(names = "--subject", description = "Verified caller.")
  private List<String> subjects = List.of();

  @Option(names = "--client", description = "OAuth client, or the name that a client claims.")
  private List<String> clients = List.of();

  @Option(names = "--mcp-server", description = "MCP server, by the name of its route.")
  private List<String> servers = List.of();

  @Option(names = "--method", description = "JSON-RPC method, e.g. tools/call.")
  private List<String> methods = List.of();

  @Option(names = "--tool", description = "Tool.")
  private List<String> tools = List.of();

  @Option(names = "--decision", description = "allowed, denied, refused, …")
  private List<String> decisions = List.of();

  @Option(names = "--outcome", description = "ok, tool_error, rpc_error, …")
  private List<String> outcomes = List.of();

  @Option(names = "--kind", description = "Kind of entry, e.g. call.intent.")
  private List<String> kinds = List.of();

  @Option(names = "--conversation", description = "Digest of a conversation.")
  private List<String> conversations = List.of();

  @Option(names = "--session", description = "MCP session: its id, or its digest.")
  private List<String> sessions = List.of();

  @Option(names = "--intent", description = "What belongs to this intent.")
  private List<String> intents = List.of();

  @Option(names = "--words", description = "All these words in the content, in any order.")
  private String words = "";

  Filter.Builder toFilter() {
    return Filter.newBuilder()
        .addAllSubjects(subjects)
        .addAllClients(clients)
        .addAllServers(servers)
        .addAllMethods(methods)
        .addAllTools(tools)
        .addAllDecisions(decisions)
        .addAllOutcomes(outcomes)
        .addAllKinds(kinds)
        .addAllConversations(conversations)
        .addAllSessions(sessions)
        .addAllIntents(intents)
        .setWords(words);
  }

  /** A time range, for verbs that look back. */
  static final class Range {
    @Option(
        names = "--from",
        paramLabel = "TIME",
        description =
            "At or after: 2026-11-24, 2026-11-24T07:00, 2026-11-24T07:00:00Z, or 15m ago.")
    private @Nullable String from;

    @Option(names = "--until", paramLabel = "TIME", description = "Before.")
    private @Nullable String until;

    void addTo(Filter.Builder filter, ZoneId zone, Instant now) {
      if (from != null) {
        filter.setFrom(timestamp("--from", from, zone, now));
      }
      if (until != null) {
        filter.setUntil(timestamp("--until", until, zone, now));
      }
    }

    private static Timestamp timestamp(String option, String text, ZoneId zone, Instant now) {
      Instant at = instant(option, text, zone, now);
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
            option + ": no time (expected: 2026-11-24, 2026-11-24T07:00:00Z, or 15m ago)", e);
      } catch (DateTimeException | ArithmeticException e) {
        throw new CliException(option + ": out of range", e);
      }
    }
  }
}
