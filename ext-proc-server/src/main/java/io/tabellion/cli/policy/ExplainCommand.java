package io.tabellion.cli.policy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Facts;
import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.cli.audit.CliException;
import io.tabellion.cli.audit.Printable;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.policy.Explanation;
import io.tabellion.policy.Explanation.Considered;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
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
      rules.forEach(rule -> out().println(JsonWriter.toText(json(rule))));
      return;
    }
    Facts facts = recording.entry().getFacts();
    line("entry", recording.entry().getId());
    line("message", facts.getMethod() + " " + facts.getTool() + facts.getPrompt());
    line("decision", (facts.getDecision() + " " + facts.getReason()).strip());
    line("rules", facts.getRulesCount() == 0 ? "none" : String.join(", ", facts.getRulesList()));
    line("policy", facts.getPolicy());
    if (rules.isEmpty()) {
      out().println();
      out().println("No rule matches: the default decides.");
    }
    rules.forEach(this::print);
  }

  private void print(Considered rule) {
    out().println();
    out().println("rule " + title(rule) + ": " + rule.fires());
    if (!rule.when().isEmpty()) {
      out().println("  when " + Printable.of(rule.when()));
    }
    rule.parts()
        .forEach(part ->
            out().printf("    %-40s  %s%n", Printable.of(part.text()), Printable.of(part.value())));
  }

  private static String title(Considered rule) {
    String does = rule.action() == null ? "mask" : rule.action().text();
    return rule.id() + " (" + does + (rule.shadow() ? ", in shadow)" : ")");
  }

  private void line(String name, String value) {
    out().printf("%-10s %s%n", name, Printable.of(value));
  }

  private static Json json(Considered rule) {
    List<Json> parts = new ArrayList<>();
    rule.parts()
        .forEach(part ->
            parts.add(
                Json.Obj.EMPTY
                    .with("text", new Json.Text(part.text()))
                    .with("value", new Json.Text(part.value()))));
    return Json.Obj.EMPTY
        .with("rule", new Json.Text(rule.id()))
        .with("then", new Json.Text(rule.action() == null ? "mask" : rule.action().text()))
        .with("fires", new Json.Text(rule.fires()))
        .with("shadow", Json.Literal.of(rule.shadow()))
        .with("when", new Json.Text(rule.when()))
        .with("parts", new Json.Array(parts));
  }
}
