package io.tabellion.cli.audit;

import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.SearchEntriesResponse;
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
    description = "Find entries, newest first. Each page of the answer is itself recorded.")
final class SearchCommand extends Verb {
  private static final int PAGE = 500;

  @Mixin private FilterOptions filter = new FilterOptions();
  @Mixin private FilterOptions.Range range = new FilterOptions.Range();

  @Option(
      names = "--limit",
      defaultValue = "50",
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
    var reach = new Reach();
    boolean more = true;
    while (more) {
      int left = limit == 0 ? PAGE : Math.min(PAGE, limit - found.size());
      SearchEntriesResponse page = stub.searchEntries(request.setPageSize(left).build());
      found.addAll(page.getEntriesList());
      reach.add(page.getSearchedUpTo(), page.getLogSize());
      request.setPageToken(page.getNextPageToken());
      more = !page.getNextPageToken().isEmpty() && (limit == 0 || found.size() < limit);
    }
    show(found, !request.getPageToken().isEmpty());
    reach.tell(json() ? err() : out());
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
