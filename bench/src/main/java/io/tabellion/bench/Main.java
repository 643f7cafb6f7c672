package io.tabellion.bench;

import io.tabellion.bench.calls.AppendBench;
import io.tabellion.bench.calls.Bench;
import io.tabellion.bench.calls.FirstBench;
import io.tabellion.bench.calls.HeldBench;
import io.tabellion.bench.calls.SearchBench;
import io.tabellion.bench.detection.DetectionBench;
import io.tabellion.bench.fairness.FairnessBench;
import io.tabellion.bench.masking.MaskingBench;
import io.tabellion.bench.policy.PolicyBench;
import io.tabellion.bench.verify.StartBench;
import io.tabellion.bench.verify.VerifyBench;
import io.tabellion.bench.walk.WalkBench;
import io.tabellion.terminal.Mistakes;
import picocli.CommandLine;

/** The program behind {@code ./tabellion bench}. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Mistakes.in(
                new CommandLine(new Bench())
                    .addSubcommand(new AppendBench())
                    .addSubcommand(new DetectionBench())
                    .addSubcommand(new FairnessBench())
                    .addSubcommand(new FirstBench())
                    .addSubcommand(new HeldBench())
                    .addSubcommand(new MaskingBench())
                    .addSubcommand(new PolicyBench())
                    .addSubcommand(new SearchBench())
                    .addSubcommand(new StartBench())
                    .addSubcommand(new VerifyBench())
                    .addSubcommand(new WalkBench()))
            .execute(args));
  }
}
