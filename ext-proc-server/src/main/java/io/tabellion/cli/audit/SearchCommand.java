package io.tabellion.cli.audit;

import io.grpc.StatusRuntimeException;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.SearchEntriesResponse;
import io.tabellion.audit.v1.UnknownValue;
import io.tabellion.terminal.Numbers;
import io.tabellion.terminal.Printable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit search}: finds entries. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Find entries, newest first. Each page of the answer is itself recorded.",
      "Options that are repeated mean: any of these. In a value, * stands for any characters and ? for"
          + " one, as in policies; not in digests, ids and words."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./tabellion audit search --tool 'delete_*' --decision denied --from 7d",
      "  ./tabellion audit search --subject alice --mcp-server crm --until 2026-11-24 --limit 0"
    })
final class SearchCommand extends Verb {
  private static final int PAGE = 500;

  @Mixin private FilterOptions filter = new FilterOptions();
  @Mixin private FilterOptions.Range range = new FilterOptions.Range();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      converter = Numbers.FromZero.class,
      description = "Most entries (default: ${DEFAULT-VALUE}; 0: all).")
  private int limit;

  @Option(names = "--oldest-first", description = "Oldest first.")
  private boolean oldestFirst;

  @Option(
      names = "--with-contents",
      description =
          "With --json: also show contents. Each line is an object with entry and content, and each"
              + " page is recorded with the entries whose content it shows.")
  private boolean withContents;

  @Option(
      names = "--resume",
      paramLabel = "TOKEN",
      description =
          "Go on after an earlier search with the same filters, where its last line said so.")
  private String resume = "";

  @Override
  protected void ask(AuditServiceBlockingStub stub) {
    if (withContents && !json()) {
      throw new CliException("--with-contents: not without --json (expected: both)");
    }
    Filter.Builder wanted = filter.toFilter();
    range.addTo(wanted, zone(), Instant.now());
    SearchEntriesRequest.Builder request =
        SearchEntriesRequest.newBuilder()
            .setFilter(wanted)
            .setOrder(oldestFirst ? Order.ORDER_OLDEST_FIRST : Order.ORDER_NEWEST_FIRST)
            .setWithContents(withContents)
            .setPageToken(resume);
    List<UnknownValue> unknown = new ArrayList<>();
    var reach = new Reach();
    var rows = new Rows(out(), zone());
    int shown = 0;
    try {
      boolean more = true;
      while (more) {
        int left = limit == 0 ? PAGE : Math.min(PAGE, limit - shown);
        SearchEntriesResponse page = stub.searchEntries(request.setPageSize(left).build());
        show(page, rows); // a page at a time, however many there are
        shown += page.getEntriesCount();
        unknown.addAll(page.getUnknownValuesList());
        reach.add(page.getSearchedUpTo(), page.getLogSize());
        request.setPageToken(page.getNextPageToken());
        more = !page.getNextPageToken().isEmpty() && (limit == 0 || shown < limit);
      }
    } catch (StatusRuntimeException e) {
      tellHowToGoOn(request.getPageToken());
      throw e;
    }
    if (shown == 0) {
      nothing(unknown, reach);
    }
    tellOfMore(request.getPageToken());
    reach.tell(json() ? err() : out());
  }

  @Override
  protected String option(String field) {
    return filter.option(field);
  }

  private void nothing(List<UnknownValue> unknown, Reach reach) {
    PrintWriter to = json() ? err() : out();
    List<String> asked = new ArrayList<>(filter.asked());
    asked.addAll(range.asked());
    to.println(
        Printable.of(
            asked.isEmpty()
                ? "nothing found: the log has no entries"
                : "nothing found for %s in %d entries"
                    .formatted(String.join(" ", asked), reach.searched())));
    for (UnknownValue value : unknown) {
      to.println(Printable.of("  " + unknown(value)));
    }
  }

  private String unknown(UnknownValue value) {
    String there = String.join(", ", value.getKnownList()) + (value.getMore() ? ", …" : "");
    return "no entry has %s %s%s"
        .formatted(
            filter.option(value.getField()),
            value.getValue(),
            there.isEmpty() ? "" : "; there are: " + there);
  }

  private void show(SearchEntriesResponse page, Rows rows) {
    List<Entry> entries = page.getEntriesList();
    if (!json()) {
      if (!entries.isEmpty()) {
        rows.print(entries);
      }
      return;
    }
    for (int i = 0; i < entries.size(); i++) {
      print(
          withContents
              ? GetEntryResponse.newBuilder()
                  .setEntry(entries.get(i))
                  .setContent(page.getContents(i))
              : entries.get(i));
    }
    out().flush();
  }

  private void tellOfMore(String token) {
    if (!token.isEmpty() && !json()) {
      out().println("… and more: --limit 0 shows all");
    }
    tellHowToGoOn(token);
  }

  /** To the error output, so that an export in JSON lines stays one. */
  private void tellHowToGoOn(String token) {
    if (!token.isEmpty() && json()) {
      err().println("more: go on with the same options and --resume " + token);
    }
  }
}
