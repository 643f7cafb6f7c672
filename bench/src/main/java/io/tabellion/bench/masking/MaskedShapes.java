package io.tabellion.bench.masking;

import io.tabellion.bench.calls.Bench;
import io.tabellion.parties.Child;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The CPU time of {@link ShapesBenchmark} for each shape. All shapes are measured in the same JVM,
 * in turns: it is compiled for all of them. CPU and not time, so that what else runs on the machine
 * changes little.
 */
final class MaskedShapes {
  private static final int WARM_UP = 10;

  /** Each shape has so many turns in a JVM, of so many results. */
  private static final int TURNS = 3;

  private static final int RESULTS = 6;
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final double NANOS = 1e6;

  private MaskedShapes() {}

  /**
   * Returns the milliseconds for each shape: the median of all turns.
   *
   * @param jvms one after another
   */
  static Map<String, Double> millis(int jvms) throws IOException, InterruptedException {
    Map<String, double[]> turns = new LinkedHashMap<>();
    Path folder = Files.createTempDirectory("masked-shapes-");
    try {
      for (int i = 0; i < jvms; i++) {
        try (Child jvm =
            Child.startJava(
                "masked-shapes-" + i,
                folder,
                List.of("-XX:+UseParallelGC", "-Xmx1g"),
                List.of(MaskedShapes.class.getName()))) {
          Integer status = jvm.awaitExit(LONGEST);
          if (status == null || status != 0) {
            throw new IllegalStateException("masked shapes: " + String.join("\n", jvm.lines()));
          }
          jvm.awaitOutput();
          for (String line : jvm.lines()) {
            int tab = line.indexOf('\t');
            if (tab > 0) {
              double[] each = {Double.parseDouble(line.substring(tab + 1))};
              turns.merge(line.substring(0, tab), each, Medians::joined);
            }
          }
        }
      }
    } finally {
      Bench.delete(folder);
    }
    return Medians.of(turns);
  }

  /** Prints the milliseconds of each turn. */
  public static void main(String[] args) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<String, ShapesBenchmark> shapes = new LinkedHashMap<>();
    for (String shape : Shapes.results(1).keySet()) {
      ShapesBenchmark benchmark = new ShapesBenchmark();
      benchmark.shape = shape;
      benchmark.prepare();
      shapes.put(shape, benchmark);
      pass(benchmark, WARM_UP);
    }
    for (int turn = 0; turn < TURNS; turn++) {
      shapes.forEach((shape, benchmark) -> {
        long before = threads.getCurrentThreadCpuTime();
        pass(benchmark, RESULTS);
        long used = threads.getCurrentThreadCpuTime() - before;
        System.out.println(shape + "\t" + used / NANOS / RESULTS);
      });
    }
  }

  private static void pass(ShapesBenchmark benchmark, int times) {
    for (int i = 0; i < times; i++) {
      if (benchmark.pass().isEmpty()) {
        throw new IllegalStateException("result: empty");
      }
    }
  }
}
