package io.tabellion.cli.policy;

import io.tabellion.policy.PolicyCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** {@code policy check}: what is wrong with a file, and what in it has no effect. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Check policy files: form, types, their own tests; rules without effect, approvals that"
            + " nothing allows. Exit status: 0 good, 1 warnings, 2 a file cannot be used.")
final class CheckCommand extends FilesVerb {
  @Override
  int run(Path file, PrintWriter out, PrintWriter err) {
    PolicyCheck check = PolicyCheck.of(file);
    check.problems().forEach(problem -> err.println(file + ":" + problem));
    check.warnings().forEach(warning -> err.println(file + ":" + warning));
    err.flush();
    if (check.problems().isEmpty()) {
      out.println(file + ": " + check.summary());
      out.flush();
      return check.warnings().isEmpty() ? 0 : 1;
    }
    return 2;
  }
}
