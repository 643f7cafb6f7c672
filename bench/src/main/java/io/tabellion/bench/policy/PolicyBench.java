package io.tabellion.bench.policy;

import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;

/** {@code bench policy}: what judging costs, by JMH. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    description =
        "Measure what judging a call costs, with 100 and with 1,000 rules, and what checking its"
            + " arguments against a schema costs.")
public final class PolicyBench implements Callable<Integer> {

  @Override
  public Integer call() throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(JudgeBenchmark.class.getName())
                .include(SchemaBenchmark.class.getName())
                .build())
        .run();
    return 0;
  }
}
