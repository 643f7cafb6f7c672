package io.tabellion.bench.masking;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench masking}: what masking a message costs, by JMH. */
@Command(
    name = "masking",
    mixinStandardHelpOptions = true,
    description = "Measure what masking a message costs: rules, commitments, remembered streams.")
public final class MaskingBench implements Callable<Integer> {

  /** JVMs, one after another: each is compiled a bit differently. */
  private static final int SERVERS = 3;

  @Option(
      names = "--shapes",
      description = "Instead compare results of one size and many shapes; takes 15 minutes.")
  private boolean shapes;

  @Override
  public Integer call() throws RunnerException, IOException, InterruptedException {
    if (shapes) {
      compareShapes();
    } else {
      new Runner(new OptionsBuilder().include(MaskBenchmark.class.getName()).build()).run();
    }
    return 0;
  }

  private static void compareShapes() throws IOException, InterruptedException {
    Map<String, Double> whole = WholeMessages.millis(ShapesBenchmark.SIZE, SERVERS);
    Map<String, Double> masked = MaskedShapes.millis(SERVERS);
    double random = masked.getOrDefault(Shapes.RANDOM, Double.NaN);
    double message = whole.getOrDefault(Shapes.RANDOM, Double.NaN);
    System.out.println("| result of 2 MB | whole message | times random data | masking | times |");
    System.out.println("|---|---|---|---|---|");
    whole.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(shape -> {
          double masking = masked.getOrDefault(shape.getKey(), Double.NaN);
          System.out.printf(
              Locale.ROOT,
              "| %s | %.1f ms | %.2f | %.1f ms | %.2f |%n",
              shape.getKey(),
              shape.getValue(),
              shape.getValue() / message,
              masking,
              masking / random);
        });
  }
}
