package io.tabellion.cli.audit;

import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.SearchEntriesResponse;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit why}: tells in sentences what an entry says and what belongs to it. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description = {
      "Say in sentences who called, what was asked, which rule of which policy version decided, who"
          + " loaded that version, whether the call was executed, what came back, and how to prove it.",
      "That it was read is itself recorded."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./tabellion audit why",
      "  ./tabellion audit why 12",
      "  ./tabellion audit why 12 --content"
    })
final class WhyCommand extends Verb {
  private static final String NO_CALL = "no call yet (expected a log with calls, or INDEX|ID)";

  @Parameters(
      paramLabel = "INDEX|ID",
      arity = "0..1",
      description =
          "Index in the log, or id of the entry: of a call, of its answer, or another (default: the"
              + " newest call).")
  private String key = "";

  @Option(names = "--content", description = "Also show what was asked and answered, masked.")
  private boolean content;

  @Override
  protected void ask(AuditServiceBlockingStub stub) {
    GetEntryResponse named =
        stub.getEntry(
            EntryKey.parse(key.isEmpty() ? newestCall(stub, NO_CALL) : key)
                .request()
                .setWithoutContent(!content)
                .build());
    GetEntryResponse asked = named;
    String intent = named.getEntry().getFacts().getIntent();
    if (!intent.isEmpty()) {
      asked =
          stub.getEntry(
              GetEntryRequest.newBuilder().setId(intent).setWithoutContent(!content).build());
    }
    Entry call = asked.getEntry();
    boolean isCall = call.getKind().equals("call.intent");
    Entry outcome = isCall ? newest(stub, outcomeOf(call), Long.MAX_VALUE) : null;
    GetEntryResponse answered =
        outcome != null && content
            ? stub.getEntry(GetEntryRequest.newBuilder().setId(outcome.getId()).build())
            : null;
    String policy = call.getFacts().getPolicy();
    boolean judged = !policy.isEmpty() && !call.getKind().equals("policy.loaded");
    Entry loaded = judged ? newest(stub, loadOf(policy), call.getIndex()) : null;
    int events = isCall ? events(stub, call) : 0;
    if (json()) {
      Stream.of(call, loaded, outcome).filter(Objects::nonNull).forEach(this::print);
      return;
    }
    var sentences = new Sentences(new Rows(out(), zone()), zone(), call, outcome, loaded, events);
    sentences.all().forEach(sentence -> out().println(Printable.of(sentence)));
    tell("Asked", asked.getContent());
    tell("Answered", answered == null ? Content.getDefaultInstance() : answered.getContent());
    out().println();
    sentences.proof(named).forEach(sentence -> out().println(Printable.of(sentence)));
  }

  private void tell(String what, Content said) {
    if (said.getState() == Content.State.PRESENT) {
      out().println();
      say(what, said);
    }
  }

  private static Filter outcomeOf(Entry call) {
    return Filter.newBuilder().addIntents(call.getId()).addKinds("call.outcome").build();
  }

  private static Filter loadOf(String policy) {
    return Filter.newBuilder()
        .addPolicies(policy)
        .addKinds("policy.loaded")
        .addDecisions("allowed")
        .build();
  }

  /** Returns the newest entry that is found before {@code end}; null if there is none. */
  private static @Nullable Entry newest(AuditServiceBlockingStub stub, Filter filter, long end) {
    SearchEntriesRequest.Builder request = SearchEntriesRequest.newBuilder().setFilter(filter);
    while (true) {
      SearchEntriesResponse page = stub.searchEntries(request.build());
      for (Entry entry : page.getEntriesList()) {
        if (entry.getIndex() < end) {
          return entry;
        }
      }
      if (page.getNextPageToken().isEmpty()) {
        return null;
      }
      request.setPageToken(page.getNextPageToken());
    }
  }

  /** Returns how many events of a stream answered the call, as far as one page shows. */
  private static int events(AuditServiceBlockingStub stub, Entry call) {
    Filter filter = Filter.newBuilder().addIntents(call.getId()).addKinds("stream.event").build();
    return stub.searchEntries(
            SearchEntriesRequest.newBuilder().setFilter(filter).setPageSize(500).build())
        .getEntriesCount();
  }
}
