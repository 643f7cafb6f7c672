package io.tabellion.cli.policy;

import io.tabellion.cli.audit.CliException;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.policy.PolicyCheck;
import io.tabellion.policy.PolicyCheck.Tested;
import io.tabellion.policy.PolicyCheck.TestedFile;
import io.tabellion.terminal.Mistakes;
import io.tabellion.terminal.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy test}: runs the tests of files, and says which rules no test is about. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Run the tests of policy files and print each, then the rules and limits that had no part in"
          + " any test.",
      "Exit status: 0 all hold, 1 one fails, 2 a file cannot be used."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion policy test policy.yaml",
      "  ./tabellion policy test policy.yaml --junit target/policy.xml",
      "  ./tabellion policy test policy.yaml --json | jq -r 'select(.failures) | .test'"
    })
final class TestCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "The policy files.")
  private List<Path> files = List.of();

  @Option(
      names = "--json",
      description = "A JSON object a line for each test, and one for each file.")
  private boolean json;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write a report in the JUnit XML format too, for CI systems.")
  private @Nullable Path junit;

  @Spec private @Nullable CommandSpec spec;

  /** A file that cannot be used is an exception, which says why. */
  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    Map<Path, TestedFile> tested = new LinkedHashMap<>();
    PrintWriter out = spec.commandLine().getOut();
    for (Path file : files) {
      TestedFile ran = PolicyCheck.test(file);
      tested.put(file, ran);
      if (json) {
        printJson(file, ran, out);
      } else {
        print(file, ran, out);
      }
      out.flush();
    }
    if (junit != null) {
      write(junit, tested);
    }
    return tested.values().stream().allMatch(file -> file.failed() == 0) ? 0 : 1;
  }

  private static void print(Path file, TestedFile ran, PrintWriter out) {
    for (Tested test : ran.tests()) {
      out.println((test.failures().isEmpty() ? "ok    " : "FAILS ") + Printable.of(test.name()));
      test.failures()
          .forEach(failure ->
              out.println(Printable.of("      %s:%s: %s".formatted(file, test.place(), failure))));
    }
    out.println("%s: %d tests, %d fail".formatted(file, ran.tests().size(), ran.failed()));
    int met = ran.rules() - ran.unmet().size();
    out.println(
        "%s: %d of %d rules and limits had a part in a test%s"
            .formatted(
                file,
                met,
                ran.rules(),
                ran.unmet().isEmpty() ? "" : "; none in: " + String.join(", ", ran.unmet())));
  }

  private static void printJson(Path file, TestedFile ran, PrintWriter out) {
    for (Tested test : ran.tests()) {
      out.println(
          JsonWriter.toText(
              Json.Obj.EMPTY
                  .with("file", new Json.Text(file.toString()))
                  .with("line", Json.Num.of(test.place().line()))
                  .with("test", new Json.Text(test.name()))
                  .with("holds", Json.Literal.of(test.failures().isEmpty()))
                  .with("failures", texts(test.failures()))));
    }
    out.println(
        JsonWriter.toText(
            Json.Obj.EMPTY
                .with("file", new Json.Text(file.toString()))
                .with("tests", Json.Num.of(ran.tests().size()))
                .with("failed", Json.Num.of(ran.failed()))
                .with("rules", Json.Num.of(ran.rules()))
                .with("untested", texts(ran.unmet()))));
  }

  private static Json texts(List<String> texts) {
    return new Json.Array(texts.stream().<Json>map(Json.Text::new).toList());
  }

  private static void write(Path report, Map<Path, TestedFile> tested) {
    try {
      Files.writeString(report, JunitReport.of(tested));
    } catch (IOException e) {
      throw new CliException("--junit: " + Mistakes.of(e), e);
    }
  }
}
