package io.tabellion.cli.policy;

import io.tabellion.audit.Fact;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.cli.audit.CliException;
import io.tabellion.cli.audit.EntryKey;
import io.tabellion.cli.audit.RemoteRecords;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.policy.Explanation.Considered;
import io.tabellion.terminal.Printable;
import io.tabellion.trail.recall.ExplainMessage;
import io.tabellion.trail.recall.ExplainMessage.Answer;
import io.tabellion.trail.recall.ExplainMessage.Given;
import io.tabellion.trail.recall.Recalled;
import io.tabellion.trail.recall.Recording;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code policy explain}: which rules a recorded message met, and why. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description =
        "Say which rules a recorded message met, with what came of the parts of their conditions."
            + " What is masked in the record is not known, and not shown. The policy file is taken"
            + " from the trail.")
final class ExplainCommand extends ApiVerb<AuditServiceBlockingStub> {
  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "The policy file that judged it, if the trail does not have it any more.")
  private @Nullable Path policy;

  @Parameters(paramLabel = "INDEX|ID", description = "Index in the log, or id of the entry.")
  private String key = "";

  ExplainCommand() {
    super(AuditServiceGrpc::newBlockingStub);
  }

  @Override
  protected void ask(AuditServiceBlockingStub stub) throws InterruptedException {
    Path file = policy;
    Given given = file == null ? null : new Given(file, () -> YamlReader.bytes(file));
    var explain = new ExplainMessage(new RemoteRecords(stub));
    switch (explain.explain(EntryKey.parse(key).toKey(), given)) {
      case Answer.Explained(Recording message, List<Considered> rules) -> print(message, rules);
      case Answer.NotJudged _ ->
          throw new CliException(
              "entry: not judged by a policy (expected: a message that it allowed or refused)");
      case Answer.Masked _ ->
          throw new CliException("entry: what the message is about is masked (expected: in clear)");
      case Answer.PolicyMissing _ ->
          throw new CliException("policy: not in the trail (expected: --policy FILE)");
      case Answer.PolicyNamesOthers _ ->
          throw new CliException(
              "policy: names files that the trail does not have (expected: --policy FILE)");
      case Answer.OtherPolicy(Path name, String digest) ->
          throw new CliException(
              "%s: another file (expected: the one that judged, SHA-256 %s)"
                  .formatted(name, digest));
    }
  }

  private void print(Recording recording, List<Considered> rules) {
    if (json()) {
      rules.forEach(rule -> out().println(JsonWriter.toText(Considerations.json(rule))));
      return;
    }
    Recalled facts = recording.entry();
    line("entry", facts.id());
    line(
        "message", facts.text(Fact.METHOD) + " " + facts.text(Fact.TOOL) + facts.text(Fact.PROMPT));
    line("decision", (facts.text(Fact.DECISION) + " " + facts.text(Fact.REASON)).strip());
    line(
        "rules",
        facts.texts(Fact.RULES).isEmpty() ? "none" : String.join(", ", facts.texts(Fact.RULES)));
    line("policy", facts.text(Fact.POLICY));
    Considerations.print(rules, out());
  }

  private void line(String name, String value) {
    out().printf("%-10s %s%n", name, Printable.of(value));
  }
}
