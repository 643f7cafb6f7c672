package io.tabellion.bench.detection;

import io.tabellion.detect.DetectionSettings;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import io.tabellion.detect.UserDetector;
import io.tabellion.detect.Waivers;
import io.tabellion.detect.engine.Kind;
import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One scan of 16,000 bytes; the score is in bytes a microsecond, which are MB/s. {@code more} is
 * how many detectors are added to the built-in ones.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ScanBenchmark {
  private static final int BYTES = 16_000;

  @Param({
    "prose",
    "source code",
    "lock file",
    "logs with times",
    "numbers",
    "UUIDs",
    "dense",
    "digits",
    "base64"
  })
  public String material = "";

  @Param({"0", "400"})
  public int more;

  private Detectors detectors = Detectors.builtIn();
  private String text = "";

  /** Makes the text and the detectors. */
  @Setup
  public void prepare() throws IOException {
    text = text().repeat(2).substring(0, BYTES);
    List<UserDetector> users = new ArrayList<>();
    for (int i = 0; i < more; i++) {
      users.add(
          new UserDetector(
              "MORE_" + i,
              Kind.SECRET,
              "zq" + i + "_[a-z]+",
              List.of("zq" + i + "_"),
              64,
              List.of(),
              1));
    }
    detectors =
        Detectors.of(
            new DetectionSettings(
                Set.of(),
                Set.of(),
                0.5,
                Map.of(),
                Set.of(),
                List.of(),
                Waivers.NONE,
                users,
                Map.of()));
  }

  private String text() throws IOException {
    return switch (material) {
      case "dense" -> {
        StringBuilder dense = new StringBuilder();
        Generated.set(3).forEach(labelled -> dense.append(labelled.text()).append('\n'));
        yield dense.toString();
      }
      case "digits" -> "1".repeat(BYTES);
      case "base64" -> "QUJD0zEy".repeat(BYTES / 8);
      default -> Clean.texts(3, Checkout.root()).getOrDefault(material, "");
    };
  }

  /** One scan. */
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public List<Finding> scan() {
    return detectors.scan(text);
  }
}
