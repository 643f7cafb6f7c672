package io.tabellion.cli.audit;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.TailEntriesRequest;
import io.tabellion.audit.v1.TailEntriesResponse;
import io.tabellion.terminal.Numbers;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit tail}: follows the trail. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Follow the trail until Ctrl-C. That it is followed is itself recorded.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./tabellion audit tail --decision denied",
      "  ./tabellion audit tail --from-index 0 --count 100 --json"
    })
final class TailCommand extends Verb {
  @Mixin private FilterOptions filter = new FilterOptions();

  @Option(
      names = "--from-index",
      paramLabel = "INDEX",
      converter = Numbers.LongFromZero.class,
      description = "Begin there; 0 is the beginning (default: what comes from now on).")
  private @Nullable Long from;

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Numbers.LongFromOne.class,
      description = "End after so many entries.")
  private long count = Long.MAX_VALUE;

  @Override
  protected void ask(AuditServiceBlockingStub stub) {
    TailEntriesRequest.Builder request =
        TailEntriesRequest.newBuilder().setFilter(filter.toFilter());
    if (from != null) {
      request.setFromIndex(from);
    }
    Rows rows = new Rows(out(), zone());
    if (!json()) {
      rows.printTitles();
      out().flush();
    }
    follow(stub.tailEntries(request.build()), rows);
  }

  @Override
  protected String option(String field) {
    return field.equals("from_index") ? "--from-index" : filter.option(field);
  }

  private void follow(Iterator<TailEntriesResponse> answers, Rows rows) {
    long next = 0;
    long shown = 0;
    try {
      while (shown < count && answers.hasNext()) {
        TailEntriesResponse answer = answers.next();
        next = answer.getNextIndex();
        if (answer.hasEntry()) {
          shown++;
          show(answer, rows);
        }
      }
    } catch (StatusRuntimeException e) {
      if (next > 0 && e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
        err().println("The connection is lost; --from-index " + next + " goes on from here.");
      }
      throw e;
    }
  }

  private void show(TailEntriesResponse answer, Rows rows) {
    if (json()) {
      print(answer.getEntry());
      out().flush();
    } else {
      rows.print(answer.getEntry());
    }
  }
}
