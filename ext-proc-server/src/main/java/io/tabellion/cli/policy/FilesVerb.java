package io.tabellion.cli.policy;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A verb that looks at policy files. Exit status: the highest of any of them. */
abstract class FilesVerb implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "The policy files.")
  private List<Path> files = List.of();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public final Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    int worst = 0;
    for (Path file : files) {
      worst = Math.max(worst, run(file, spec.commandLine().getOut(), spec.commandLine().getErr()));
    }
    return worst;
  }

  /** Looks at one file; returns its exit status. */
  abstract int run(Path file, PrintWriter out, PrintWriter err);
}
