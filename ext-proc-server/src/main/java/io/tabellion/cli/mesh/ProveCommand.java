package io.tabellion.cli.mesh;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Facts;
import io.tabellion.audit.v1.TailEntriesRequest;
import io.tabellion.audit.v1.TailEntriesResponse;
import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.terminal.Numbers;
import io.tabellion.terminal.Printable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mesh prove}: sends a marked call and finds its entry. */
@Command(
    name = "prove",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Send a harmless marked call (MCP ping) through a URL and find its entry in the audit log."
          + " The entry shows who called, through which listener, and what the policy decided.",
      "With --around, the same call is sent to another URL, such as that of the MCP server's pod."
          + " It must be refused, or have an entry too.",
      "Exit status: 0 proved, 1 not proved, 2 could not be tried."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./tabellion mesh prove --url http://127.0.0.1:10000/sample/mcp --bearer-file agent.token",
      "  ./tabellion mesh prove --url http://sample.mcp-servers:8080/mcp --around http://10.0.0.7:8080/mcp"
    })
final class ProveCommand extends ApiVerb<AuditServiceBlockingStub> {
  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "The URL at which agents call the MCP server.")
  private URI url = URI.create("http://localhost/");

  @Option(
      names = "--around",
      paramLabel = "URL",
      description = "A way around Tabellion: the call must be refused there. Repeatable.")
  private List<URI> around = List.of();

  @Option(
      names = "--bearer-file",
      paramLabel = "FILE",
      description = "File with the bearer token that the agent sends.")
  private @Nullable Path bearer;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      converter = Numbers.FromOne.class,
      description = "How long to wait for an answer and its entry (default: ${DEFAULT-VALUE}).")
  private int seconds;

  private boolean proved;

  ProveCommand() {
    super(AuditServiceGrpc::newBlockingStub);
  }

  @Override
  protected void ask(AuditServiceBlockingStub stub) throws InterruptedException {
    try (Ping ping = new Ping(bearer, seconds)) {
      proved = through(stub, ping);
      for (URI direct : around) {
        proved &= refused(stub, ping, direct);
      }
    }
  }

  @Override
  protected int status() {
    return proved ? 0 : 1;
  }

  @Override
  protected int refused() {
    return 2;
  }

  private boolean through(AuditServiceBlockingStub stub, Ping ping) throws InterruptedException {
    Tail tail = Tail.open(stub, seconds);
    Ping.Sent sent = ping.send(url);
    Entry entry = tail.find(sent.rpcId());
    if (entry == null) {
      out()
          .println(
              "✗ %s: %s. No entry has its mark %s.".formatted(url, sent.answer(), sent.mark()));
      out()
          .println(
              sent.answer() instanceof Ping.Answer.Status status && status.wantsToken()
                  ? "  The proxy refused it before Tabellion. Give the agent's token with --bearer-file."
                  : "  The call did not pass Tabellion. Find the way around it with ./tabellion mesh check.");
      return false;
    }
    out().println("✓ %s: %s".formatted(url, sent.answer()));
    describe(entry);
    return true;
  }

  private boolean refused(AuditServiceBlockingStub stub, Ping ping, URI direct)
      throws InterruptedException {
    Tail tail = Tail.open(stub, seconds);
    Ping.Sent sent = ping.send(direct);
    if (sent.answer().refused()) {
      out().println("✓ around by %s: %s".formatted(direct, sent.answer()));
      return true;
    }
    Entry entry = tail.find(sent.rpcId());
    if (entry == null) {
      out()
          .println(
              "✗ around by %s: %s, and no entry has its mark. This way is open."
                  .formatted(direct, sent.answer()));
      return false;
    }
    out()
        .println("✓ around by %s: %s, and this way is judged too".formatted(direct, sent.answer()));
    describe(entry);
    return true;
  }

  private void describe(Entry entry) {
    if (json()) {
      print(entry);
      return;
    }
    Facts facts = entry.getFacts();
    say("entry", entry.getId() + " (" + entry.getKind() + ", index " + entry.getIndex() + ")");
    say("caller", caller(facts));
    say("listener", facts.getListener());
    say("server", facts.getServer());
    say(
        "decision",
        facts.getDecision() + (facts.getReason().isEmpty() ? "" : ", " + facts.getReason()));
    say(
        "rules",
        facts.getRulesCount() == 0 ? "none fired" : String.join(", ", facts.getRulesList()));
  }

  private static String caller(Facts facts) {
    String subject = facts.getSubject();
    String workload = facts.getWorkload();
    String who =
        subject.isEmpty() ? workload : workload.isEmpty() ? subject : subject + " on " + workload;
    String by = facts.getIdentity().isEmpty() ? "" : " (by " + facts.getIdentity() + ")";
    return (who.isEmpty() ? "nobody that is known" : who) + by;
  }

  private void say(String name, String value) {
    if (!value.isEmpty()) {
      out().println("  %-9s %s".formatted(name, Printable.of(value)));
    }
  }

  /** The log as it grows, from before the call. */
  private record Tail(Iterator<TailEntriesResponse> answers) {

    /** Returns when the server says that it follows: what comes later is seen. */
    static Tail open(AuditServiceBlockingStub stub, int seconds) {
      TailEntriesRequest.Builder request = TailEntriesRequest.newBuilder();
      request
          .getFilterBuilder()
          .addMethods(Ping.METHOD)
          .addKinds("call.intent")
          .addKinds("refused");
      Iterator<TailEntriesResponse> answers =
          stub.withDeadlineAfter(3L * seconds, TimeUnit.SECONDS).tailEntries(request.build());
      answers.next();
      return new Tail(answers);
    }

    @Nullable Entry find(String rpcId) {
      try {
        while (answers.hasNext()) {
          TailEntriesResponse answer = answers.next();
          if (answer.hasEntry() && answer.getEntry().getFacts().getRpcId().equals(rpcId)) {
            return answer.getEntry();
          }
        }
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
          throw e;
        }
      }
      return null;
    }
  }
}
