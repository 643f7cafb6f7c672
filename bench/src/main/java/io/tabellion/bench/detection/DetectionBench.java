package io.tabellion.bench.detection;

import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./tabellion bench detection}: how well the built-in detectors find what sets are labelled
 * with, how often they find something in clean material, and how fast they are. docs/detection.md
 * explains it.
 */
@Command(
    name = "detection",
    mixinStandardHelpOptions = true,
    description = "Measures detection: precision and recall by type, false positives, speed.")
public final class DetectionBench implements Callable<Integer> {
  private static final long SEED = 11;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "A labelled set in the form of presidio-research; may be repeated.")
  private List<Path> data = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the generated material (default: 11).")
  private long seed = SEED;

  @Option(names = "--odd", description = "Show what was missed and what is wrong.")
  private boolean odd;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description =
          "Compare with another program instead, as tests/node/openredaction.mjs runs one.")
  private @Nullable String peer;

  @Option(names = "--speed", description = "Measure the speed too; takes a minute.")
  private boolean speed;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out =
        spec == null
            ? new PrintWriter(System.out, true, StandardCharsets.UTF_8)
            : spec.commandLine().getOut();
    Detectors detectors = Detectors.builtIn();
    Map<String, List<Labelled>> sets = new LinkedHashMap<>();
    for (Path file : data) {
      sets.put(String.valueOf(file.getFileName()), Labelled.read(file));
    }
    sets.put("generated, seed " + seed, Generated.set(seed));
    sets.put("other, seed " + seed, Other.set(seed));
    sets.put("pasted, seed " + seed, Pasted.set(seed));
    for (var set : List.copyOf(sets.entrySet())) {
      sets.put(set.getKey() + ", inside JSON", Embedded.of(set.getValue()));
    }
    Map<String, String> clean = Clean.texts(seed, Checkout.root());
    if (peer != null) {
      compare(out, detectors, peer, sets, clean);
      return 0;
    }
    sets.forEach((name, set) -> quality(out, detectors, name, set));
    new ProvidedBench(out, detectors, odd).measure("provided, seed " + seed, Provided.set(seed));
    falsePositives(out, detectors, clean);
    if (speed) {
      Map<String, String> texts = new LinkedHashMap<>(clean);
      sets.forEach((name, set) -> texts.put(name, joined(set)));
      Speed.measure(out, detectors, texts);
    }
    out.flush();
    return 0;
  }

  private static void compare(
      PrintWriter out,
      Detectors detectors,
      String command,
      Map<String, List<Labelled>> sets,
      Map<String, String> clean)
      throws IOException {
    try (Peer other = Peer.start(command)) {
      Comparison comparison = new Comparison(out, detectors, other);
      comparison.sets(sets);
      comparison.clean(clean);
    }
    out.flush();
  }

  private void quality(PrintWriter out, Detectors detectors, String name, List<Labelled> set) {
    Quality quality = new Quality(detectors::scan, detectors.names());
    BiConsumer<String, String> heard =
        odd ? (what, text) -> out.println(what + ": " + text) : (what, text) -> {};
    set.forEach(labelled -> quality.add(labelled, heard));
    out.printf(
        Locale.ROOT, "%n### %s (%d texts, %.2f MB)%n%n", name, set.size(), quality.megabytes());
    out.println(
        "| type | labelled | precision | recall | F2 | hidden | exact | false positives per MB |");
    out.println("|---|---|---|---|---|---|---|---|");
    quality.scores().forEach((type, score) -> row(out, type, score, quality.megabytes()));
    row(out, "pooled", quality.pooled(), quality.megabytes());
    Map<String, Integer> unlabelled = new LinkedHashMap<>(quality.wrong());
    quality.scores().keySet().forEach(unlabelled::remove);
    if (!unlabelled.isEmpty()) {
      out.println("\nFound of types that the set does not label: " + unlabelled);
    }
  }

  private static void row(PrintWriter out, String type, Score score, double megabytes) {
    out.printf(
        Locale.ROOT,
        "| %s | %d | %.3f | %.3f | %.3f | %.3f | %d | %.1f |%n",
        type,
        score.labelled(),
        score.precision(),
        score.recall(),
        score.f2(),
        score.hiddenShare(),
        score.exact,
        score.wrong / megabytes);
  }

  private void falsePositives(PrintWriter out, Detectors detectors, Map<String, String> clean) {
    Set<String> secret = detectors.select(Detectors.SECRET);
    out.printf("%n### Clean material%n%n");
    out.println("| material | MB | secrets per MB | personal data per MB | which |");
    out.println("|---|---|---|---|---|");
    clean.forEach((name, text) -> {
      Map<String, Integer> which = new LinkedHashMap<>();
      int secrets = 0;
      List<Finding> findings = detectors.scan(text);
      for (Finding finding : findings) {
        which.merge(finding.detector(), 1, Integer::sum);
        secrets += secret.contains(finding.detector()) ? 1 : 0;
        if (odd) {
          out.println(
              finding.detector()
                  + ": "
                  + text.substring(Math.max(0, finding.start() - 30), finding.end())
                      .replace('\n', ' '));
        }
      }
      double megabytes = text.length() / 1e6;
      out.printf(
          Locale.ROOT,
          "| %s | %.2f | %.2f | %.2f | %s |%n",
          name,
          megabytes,
          secrets / megabytes,
          (findings.size() - secrets) / megabytes,
          which.isEmpty() ? "" : which.toString());
    });
  }

  private static String joined(List<Labelled> set) {
    List<String> texts = new ArrayList<>();
    set.forEach(labelled -> texts.add(labelled.text()));
    return String.join("\n", texts);
  }
}
