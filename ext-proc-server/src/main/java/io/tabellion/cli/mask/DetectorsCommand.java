package io.tabellion.cli.mask;

import io.tabellion.detect.Detectors;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.yaml.YamlException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToIntBiFunction;
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
    public Integer call() {
      return with(options, spec, ListCommand::list);
    }

    private static int list(Detectors detectors, PrintWriter out) {
      List<Detector> sorted =
          detectors.all().stream()
              .sorted(Comparator.comparing(Detector::kind).thenComparing(Detector::name))
              .toList();
      for (Detector detector : sorted) {
        out.printf(
            Locale.ROOT, "%-20s %-7s %s%n", detector.name(), detector.kind(), detector.rule());
      }
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
    public Integer call() {
      return with(options, spec, this::show);
    }

    private int show(Detectors detectors, PrintWriter out) {
      for (Detector detector : detectors.all()) {
        if (detector.name().equals(name.toUpperCase(Locale.ROOT))) {
          DetectorsCommand.show(detectors, detector, out);
          return 0;
        }
      }
      throw new IllegalArgumentException(
          "detector: " + name + " (expected: one of ./tabellion detectors list)");
    }
  }

  /** Does it with the detectors that the options choose, or says what is wrong with them. */
  private static int with(
      DetectorOptions options,
      CommandLine.Model.@Nullable CommandSpec spec,
      ToIntBiFunction<Detectors, PrintWriter> step) {
    if (spec == null) {
      return USAGE;
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      Detectors detectors = options.detectors();
      detectors.notHonoured().forEach(err::println);
      return step.applyAsInt(detectors, out);
    } catch (IllegalArgumentException | YamlException e) {
      err.println(e.getMessage());
      return USAGE;
    } finally {
      out.flush();
    }
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
      case Trigger.Keyword(String text, boolean anyCase, Trigger.First _) ->
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
