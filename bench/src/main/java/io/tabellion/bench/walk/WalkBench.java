package io.tabellion.bench.walk;

import io.tabellion.bench.calls.Bench;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code bench walk}: what each step of a message's way costs, CPU and bytes. */
@Command(
    name = "walk",
    mixinStandardHelpOptions = true,
    description =
        "Measure the CPU time and the allocated bytes of each step of a call and its answer: parse,"
            + " judge, mask, draft, encrypt, sign, write, index. Without Envoy and gRPC.",
    footer = {"", "Examples:", "  ./tabellion bench walk", "  ./tabellion bench walk --help"})
public final class WalkBench implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("tabellion-bench-walk");
    try {
      for (Example.Kind kind : Example.Kind.values()) {
        List<String> jvm =
            List.of(Checkout.serveOptions(), "-Xmx1g", "-Dtabellion.home=" + Checkout.root());
        List<String> command = List.of(Steps.class.getName(), kind.name());
        try (Child steps = Child.startJava(kind.word(), folder, jvm, command)) {
          Integer status = steps.awaitExit(LONGEST);
          steps.awaitOutput();
          System.out.println(String.join("\n", steps.lines()) + "\n");
          if (status == null || status != 0) {
            return 1;
          }
        }
      }
      return 0;
    } finally {
      Bench.delete(folder);
    }
  }
}
