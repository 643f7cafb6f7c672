package io.tabellion.cli.policy;

import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pins.v1.PinServiceGrpc;
import io.tabellion.pins.v1.PinServiceGrpc.PinServiceBlockingStub;
import io.tabellion.policy.KnownTool;
import io.tabellion.policy.PolicyCheck;
import io.tabellion.terminal.Printable;
import io.tabellion.yaml.Problem;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code policy check}: what is wrong with a file, and what in it has no effect. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Check policy files: form, types, their own tests; rules without effect, conditions that are"
          + " the same for every message, masks that look where nothing stands, approvals that"
          + " nothing allows.",
      "With --pins, a running server says which tools were accepted, and names of tools and"
          + " arguments that none of them has are found too. Only then is anything connected to.",
      "Exit status: 0 good, 1 warnings, 2 a file cannot be used."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion policy check policy.yaml",
      "  ./tabellion policy check policy.yaml --pins"
    })
final class CheckCommand extends ApiVerb<PinServiceBlockingStub> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "The policy files.")
  private List<Path> files = List.of();

  @Option(
      names = "--pins",
      description = "Look for names that no accepted tool has; asks the server (role auditor).")
  private boolean pins;

  private int worst;

  CheckCommand() {
    super(PinServiceGrpc::newBlockingStub);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (pins) {
      return super.call();
    }
    check(List.of());
    return worst;
  }

  @Override
  protected void ask(PinServiceBlockingStub stub) {
    check(AcceptedTools.of(stub));
  }

  @Override
  protected int status() {
    return worst;
  }

  /** 1 means that there are warnings. */
  @Override
  protected int refused() {
    return 2;
  }

  private void check(List<KnownTool> tools) {
    for (Path file : files) {
      worst = Math.max(worst, check(file, PolicyCheck.of(file, tools)));
    }
  }

  private int check(Path file, PolicyCheck check) {
    check.problems().forEach(problem -> say(file, "problem", problem));
    check.warnings().forEach(warning -> say(file, "warning", warning));
    err().flush();
    if (!check.problems().isEmpty()) {
      return 2;
    }
    if (!json()) {
      out().println(file + ": " + check.summary());
    }
    out().flush();
    return check.warnings().isEmpty() ? 0 : 1;
  }

  private void say(Path file, String grade, Problem problem) {
    if (json()) {
      out().println(JsonWriter.toText(json(file, grade, problem)));
    } else {
      err().println(Printable.of(file + ":" + problem));
    }
  }

  private static Json json(Path file, String grade, Problem problem) {
    return Json.Obj.EMPTY
        .with("file", new Json.Text(file.toString()))
        .with("line", Json.Num.of(problem.place().line()))
        .with("column", Json.Num.of(problem.place().column()))
        .with("grade", new Json.Text(grade))
        .with("path", new Json.Text(problem.path()))
        .with("text", new Json.Text(problem.text()));
  }
}
