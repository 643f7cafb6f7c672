package io.tabellion.cli.policy;

import com.google.protobuf.ByteString;
import io.tabellion.cli.audit.CliException;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.policy.Decision;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.PolicyTrial;
import io.tabellion.policy.PolicyTrial.Asked;
import io.tabellion.policy.PolicyTrial.Person;
import io.tabellion.terminal.Printable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy try}: asks a file what would become of one message. */
@Command(
    name = "try",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Ask a policy file what would become of one message: the decision, the rules that match it,"
          + " and the message as it would go on. Nothing is sent or recorded.",
      "Exit status: 0 it would go on, 1 it would be refused or wait for an approval, 2 not"
          + " possible."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion policy try policy.yaml --tool refund --args '{\"amount\": 700}' --as ann --groups"
          + " support,emea",
      "  ./tabellion policy try policy.yaml --server wiki --resource https://wiki.example/a",
      "  ./tabellion policy try policy.yaml --tool get_user --response '{\"result\": {\"content\":"
          + " []}}'"
    })
final class TryCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The policy file.")
  private Path file = Path.of("");

  @Option(names = "--tool", paramLabel = "NAME", description = "The tool that is called.")
  private @Nullable String tool;

  @Option(
      names = "--args",
      paramLabel = "JSON",
      defaultValue = "{}",
      description = "Its arguments, a JSON object (default: none).")
  private String args = "{}";

  @Option(
      names = "--as",
      paramLabel = "SUBJECT",
      description = "Who calls: the verified subject (default: an anonymous caller).")
  private @Nullable String subject;

  @Option(
      names = "--groups",
      split = ",",
      paramLabel = "GROUP",
      description = "Groups of the caller, with commas between them.")
  private List<String> groups = List.of();

  @Option(
      names = "--scopes",
      split = ",",
      paramLabel = "SCOPE",
      description = "OAuth scopes of the caller.")
  private List<String> scopes = List.of();

  @Option(names = "--client", paramLabel = "ID", description = "OAuth client id.")
  private @Nullable String client;

  @Option(names = "--workload", paramLabel = "NAME", description = "Workload of the caller.")
  private @Nullable String workload;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      defaultValue = "test",
      description = "MCP server, by the name of the route (default: ${DEFAULT-VALUE}).")
  private String server = "test";

  @Option(names = "--resource", paramLabel = "URI", description = "The resource that is read.")
  private @Nullable String resource;

  @Option(names = "--prompt", paramLabel = "NAME", description = "The prompt that is asked for.")
  private @Nullable String prompt;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = "JSON-RPC method, where it is not that of a tool, resource or prompt.")
  private @Nullable String method;

  @Option(
      names = "--response",
      paramLabel = "JSON",
      description = "Ask about this answer: a JSON object with result or error.")
  private @Nullable String response;

  @Option(names = "--pinned", description = "The definition of the tool was accepted.")
  private boolean pinned;

  @Option(
      names = "--annotations",
      paramLabel = "JSON",
      defaultValue = "{}",
      description = "What the server says of the tool, such as '{\"readOnlyHint\": true}'.")
  private String annotations = "{}";

  @Option(names = "--from-server", description = "The server asks it of the client.")
  private boolean fromServer;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    PrintWriter out = spec.commandLine().getOut();
    Asked asked = asked();
    PolicyTrial trial = PolicyTrial.of(file, asked);
    if (json) {
      out.println(JsonWriter.toText(toJson(trial)));
    } else {
      print(asked, trial, out);
    }
    out.flush();
    return trial.decision().allows() ? 0 : 1;
  }

  private Asked asked() {
    if (Stream.of(tool, resource, prompt, method).allMatch(Objects::isNull)) {
      throw new CliException("about nothing (expected: --tool, --resource, --prompt or --method)");
    }
    return new Asked(
        method,
        server,
        tool,
        resource,
        prompt,
        object("--args", args),
        new Person(subject, groups, scopes, client, workload),
        response == null ? null : object("--response", response),
        object("--annotations", annotations),
        pinned,
        fromServer);
  }

  private static Json.Obj object(String option, String text) {
    Reading read = new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text));
    if (read instanceof Reading.Document(Json.Obj object)) {
      return object;
    }
    throw new CliException(
        option + ": no JSON object (expected: such as '{\"amount\": 700}', in single quotes)");
  }

  private void print(Asked asked, PolicyTrial trial, PrintWriter out) {
    Decision decision = trial.decision();
    line(out, "message", message(asked));
    line(out, "caller", caller());
    line(out, "decision", words(decision));
    if (decision.message() != null) {
      line(out, "agent gets", decision.message());
    }
    lines(out, "in shadow", shadow(decision.shadow()));
    lines(out, "errors", decision.errors().stream().map(Decision.RuleError::words).toList());
    if (decision.action() != Action.DENY && !trial.after().equals(trial.before())) {
      line(out, "goes on as", JsonWriter.toText(trial.after()));
    }
    Considerations.print(trial.considered(), out);
  }

  private String message(Asked asked) {
    String direction =
        asked.response() != null ? "answer to " : fromServer ? "server asks " : "request ";
    String what =
        Stream.of(method, tool, resource, prompt)
            .filter(Objects::nonNull)
            .reduce((one, other) -> one + " " + other)
            .orElse("");
    return direction + what + " on server " + server;
  }

  private String caller() {
    String who = subject == null ? workload == null ? "anonymous" : workload : subject;
    return groups.isEmpty() ? who : who + " (" + String.join(", ", groups) + ")";
  }

  private static String words(Decision decision) {
    String word =
        switch (decision.action()) {
          case ALLOW -> "allowed";
          case DENY -> "denied";
          case REQUIRE_APPROVAL -> "allowed once a person approves it";
        };
    return decision.rules().isEmpty()
        ? word + (decision.allows() ? ", by default" : ": no rule allows it")
        : word + " by " + String.join(", ", decision.rules());
  }

  private static List<String> shadow(Decision.Shadow shadow) {
    Action other = shadow.action();
    return Stream.concat(
            Stream.ofNullable(other == null ? null : "would be: " + other.text()),
            shadow.rules().stream())
        .toList();
  }

  private static void lines(PrintWriter out, String name, List<String> values) {
    if (!values.isEmpty()) {
      line(out, name, String.join(", ", values));
    }
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("%-10s %s%n", name, Printable.of(value));
  }

  private static Json toJson(PolicyTrial trial) {
    Decision decision = trial.decision();
    Json.Obj object =
        Json.Obj.EMPTY
            .with("decision", new Json.Text(decision.action().text()))
            .with("rules", texts(decision.rules()))
            .with("policy", new Json.Text(decision.policy()));
    if (decision.message() != null) {
      object = object.with("message", new Json.Text(decision.message()));
    }
    if (decision.action() != Action.DENY) {
      object = object.with("forwarded", trial.after());
    }
    return object
        .with("shadow", texts(shadow(decision.shadow())))
        .with("errors", texts(decision.errors().stream().map(Decision.RuleError::words).toList()))
        .with(
            "considered",
            new Json.Array(trial.considered().stream().map(Considerations::json).toList()));
  }

  private static Json texts(List<String> texts) {
    return new Json.Array(texts.stream().<Json>map(Json.Text::new).toList());
  }
}
