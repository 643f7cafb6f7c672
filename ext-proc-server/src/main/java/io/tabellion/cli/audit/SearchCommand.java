package io.tabellion.cli.audit;

import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.SearchEntriesResponse;
import io.tabellion.audit.v1.UnknownValue;
import io.tabellion.terminal.Numbers;
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

  @Override
  protected void ask(AuditServiceBlockingStub stub) {
    Filter.Builder wanted = filter.toFilter();
    range.addTo(wanted, zone(), Instant.now());
    SearchEntriesRequest.Builder request =
        SearchEntriesRequest.newBuilder()
            .setFilter(wanted)
            .setOrder(oldestFirst ? Order.ORDER_OLDEST_FIRST : Order.ORDER_NEWEST_FIRST);
    List<Entry> found = new ArrayList<>();
    List<UnknownValue> unknown = new ArrayList<>();
    var reach = new Reach();
    boolean more = true;
    while (more) {
      int left = limit == 0 ? PAGE : Math.min(PAGE, limit - found.size());
      SearchEntriesResponse page = stub.searchEntries(request.setPageSize(left).build());
      found.addAll(page.getEntriesList());
      unknown.addAll(page.getUnknownValuesList());
      reach.add(page.getSearchedUpTo(), page.getLogSize());
      request.setPageToken(page.getNextPageToken());
      more = !page.getNextPageToken().isEmpty() && (limit == 0 || found.size() < limit);
    }
    if (found.isEmpty()) {
      nothing(unknown, reach);
    } else {
      show(found, !request.getPageToken().isEmpty());
    }
    reach.tell(json() ? err() : out());
  }

  @Override
  String option(String field) {
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

  private void show(List<Entry> found, boolean more) {
    if (json()) {
      found.forEach(this::print);
      return;
    }
    new Rows(out(), zone()).print(found);
    if (more) {
      out().println("… and more: --limit 0 shows all");
    }
  }
}
