package io.tabellion.cli.audit;

import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Entry;
import io.tabellion.terminal.Printable;
import io.tabellion.trail.ContentView;
import io.tabellion.trail.recall.Sentences;
import io.tabellion.trail.recall.TellWhy;
import io.tabellion.trail.recall.TellWhy.Story;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
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
  protected void ask(AuditServiceBlockingStub stub) throws InterruptedException {
    var asked = EntryKey.parse(key.isEmpty() ? newestCall(stub, NO_CALL) : key).toKey();
    Map<String, Entry> seen = new HashMap<>();
    var records = new RemoteRecords(stub, entry -> seen.put(entry.getId(), entry));
    Story story = new TellWhy(records).tell(asked, content);
    if (json()) {
      Stream.of(story.call().entry(), story.loaded(), story.outcome())
          .flatMap(told -> Stream.ofNullable(told == null ? null : seen.get(told.id())))
          .forEach(this::print);
      return;
    }
    Rows rows = new Rows(out(), zone());
    var sentences = new Sentences(story, at -> rows.time(at) + " " + zone());
    sentences.all().forEach(sentence -> out().println(Printable.of(sentence)));
    tell("Asked", story.call().content());
    tell("Answered", story.answered());
    out().println();
    sentences.proof().forEach(sentence -> out().println(Printable.of(sentence)));
  }

  private void tell(String what, ContentView said) {
    if (said instanceof ContentView.Present present) {
      out().println();
      say(what, present.bytes());
    }
  }
}
