package io.tabellion.bench.masking;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
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

  @Option(
      names = "--shapes",
      description = "Instead compare results of one size and many shapes; takes some minutes.")
  private boolean shapes;

  @Override
  public Integer call() throws RunnerException {
    if (shapes) {
      compareShapes();
    } else {
      new Runner(new OptionsBuilder().include(MaskBenchmark.class.getName()).build()).run();
    }
    return 0;
  }

  private static void compareShapes() throws RunnerException {
    String[] names = Shapes.results(1).keySet().toArray(String[]::new);
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(ShapesBenchmark.class.getName())
                    .param("shape", names)
                    .build())
            .run();
    List<RunResult> sorted =
        results.stream().sorted(Comparator.comparingDouble(MaskingBench::time)).toList();
    double random =
        sorted.stream()
            .filter(result -> shape(result).equals(Shapes.RANDOM))
            .mapToDouble(MaskingBench::time)
            .sum();
    System.out.println("| result of 2 MB | ms | times random data |\n|---|---|---|");
    for (RunResult result : sorted) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %.1f | %.2f |%n",
          shape(result),
          time(result),
          time(result) / random);
    }
  }

  private static String shape(RunResult result) {
    return result.getParams().getParam("shape");
  }

  private static double time(RunResult result) {
    return result.getPrimaryResult().getScore();
  }
}
