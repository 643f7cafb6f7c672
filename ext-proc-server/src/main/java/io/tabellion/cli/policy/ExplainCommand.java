package io.tabellion.cli.policy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Facts;
import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.cli.audit.CliException;
import io.tabellion.cli.audit.Printable;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.policy.Explanation;
import io.tabellion.policy.Explanation.Considered;
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
  protected void ask(AuditServiceBlockingStub stub) {
    Trail trail = new Trail(stub);
    Recording recording = trail.message(key);
    if (!recording.judged()) {
      throw new CliException(
          "entry: not judged by a policy (expected: a message that it allowed or refused)");
    }
    if (!recording.targetIsClear()) {
      throw new CliException("entry: what the message is about is masked (expected: in clear)");
    }
    Explanation explanation = explanation(trail, recording.entry().getFacts().getPolicy());
    print(recording, explanation.explain(recording.question(trail.said(recording))));
  }

  private Explanation explanation(Trail trail, String digest) {
    Path file = policy == null ? Path.of("policy") : policy;
    ByteString bytes = policy == null ? trail.policy(digest) : YamlReader.bytes(policy);
    if (bytes == null) {
      throw new CliException("policy: not in the trail (expected: --policy FILE)");
    }
    Explanation explanation = Explanation.of(file, bytes);
    if (!explanation.digest().equals(digest)) {
      throw new CliException(
          "%s: another file (expected: the one that judged, SHA-256 %s)".formatted(file, digest));
    }
    return explanation;
  }

  private void print(Recording recording, List<Considered> rules) {
    if (json()) {
      rules.forEach(rule -> out().println(JsonWriter.toText(Considerations.json(rule))));
      return;
    }
    Facts facts = recording.entry().getFacts();
    line("entry", recording.entry().getId());
    line("message", facts.getMethod() + " " + facts.getTool() + facts.getPrompt());
    line("decision", (facts.getDecision() + " " + facts.getReason()).strip());
    line("rules", facts.getRulesCount() == 0 ? "none" : String.join(", ", facts.getRulesList()));
    line("policy", facts.getPolicy());
    Considerations.print(rules, out());
  }

  private void line(String name, String value) {
    out().printf("%-10s %s%n", name, Printable.of(value));
  }
}
