package io.tabellion.cli.mask;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tabellion.detect.Detectors;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Trigger;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code detectors list | show NAME | waive}: what can be found, how, and what is let be. */
@Command(
    name = "detectors",
    description = "List the detectors, show what one takes and why, or let a value be.",
    mixinStandardHelpOptions = true,
    subcommands = {
      DetectorsCommand.ListCommand.class,
      DetectorsCommand.ShowCommand.class,
      WaiveCommand.class
    })
public final class DetectorsCommand implements Runnable {
  private static final int USAGE = 2;
  private static final int SHOWN = 12;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  /** {@code detectors list}. */
  @Command(name = "list", description = "List them.", mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @Mixin private DetectorOptions options = new DetectorOptions();
    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = out(spec);
      List<Detector> sorted =
          options.detectors().all().stream()
              .sorted(Comparator.comparing(Detector::kind).thenComparing(Detector::name))
              .toList();
      for (Detector detector : sorted) {
        out.printf(
            Locale.ROOT, "%-20s %-7s %s%n", detector.name(), detector.kind(), detector.rule());
      }
      out.flush();
      return 0;
    }
  }

  /** {@code detectors show NAME}. */
  @Command(name = "show", description = "Show one.", mixinStandardHelpOptions = true)
  static final class ShowCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "A detector of the list.")
    private String name = "";

    @Mixin private DetectorOptions options = new DetectorOptions();
    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      Detectors detectors = options.detectors();
      for (Detector detector : detectors.all()) {
        if (detector.name().equals(name.toUpperCase(Locale.ROOT))) {
          show(detectors, detector, out(spec));
          return 0;
        }
      }
      if (spec != null) {
        spec.commandLine()
            .getErr()
            .println("detector: " + name + " (expected: one of ./tabellion detectors list)");
      }
      return USAGE;
    }
  }

  private static PrintWriter out(CommandLine.Model.@Nullable CommandSpec spec) {
    return spec == null ? new PrintWriter(System.out, true, UTF_8) : spec.commandLine().getOut();
  }

  private static void show(Detectors detectors, Detector detector, PrintWriter out) {
    out.println(detector.name() + " (" + detector.kind() + ")");
    out.println("  rule       " + detector.rule());
    out.println("  source     " + detector.source());
    out.println("  triggers   " + triggers(detector.triggers()));
    out.println("  longest    " + detector.longest() + " bytes");
    out.printf(Locale.ROOT, "  threshold  %.2f%n", detectors.threshold(detector));
    out.println("  context    " + context(detector.context()));
    out.flush();
  }

  private static String triggers(List<Trigger> triggers) {
    String shown =
        triggers.stream()
            .limit(SHOWN)
            .map(DetectorsCommand::trigger)
            .distinct()
            .collect(Collectors.joining(", "));
    return triggers.size() > SHOWN ? shown + ", … (" + triggers.size() + ")" : shown;
  }

  private static String trigger(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Keyword(String text, boolean anyCase) ->
          "\"" + text + "\"" + (anyCase ? " in any case" : "");
      case Trigger.Digits digits -> digits(digits.min(), digits.max());
    };
  }

  private static String digits(int min, int max) {
    return (min == max ? "" + min : max > 40 ? min + " or more" : min + " to " + max) + " digits";
  }

  private static String context(Context context) {
    if (context.words().isEmpty()) {
      return "none";
    }
    return context.words().stream()
        .map(word -> String.format(Locale.ROOT, "%s %+.2f", word.text(), word.weight()))
        .collect(Collectors.joining(", "));
  }
}
