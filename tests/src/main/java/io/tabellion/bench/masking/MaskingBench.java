package io.tabellion.bench.masking;

import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;

/** {@code bench masking}: what masking a message costs, by JMH. */
@Command(
    name = "masking",
    mixinStandardHelpOptions = true,
    description = "Measure what masking a message costs: rules, commitments, remembered streams.")
public final class MaskingBench implements Callable<Integer> {

  @Override
  public Integer call() throws RunnerException {
    new Runner(new OptionsBuilder().include(MaskBenchmark.class.getName()).build()).run();
    return 0;
  }
}
