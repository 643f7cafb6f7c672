package io.tabellion.bench.calls;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Where our server's time went, from a JFR recording of its whole life: samples of running Java and
 * native code by thread and by the nearest frame of ours, and how long forces of files took.
 */
final class Profile {
  private static final int LINES = 25;

  private final Map<String, Integer> threads = new HashMap<>();
  private final Map<String, Integer> ours = new HashMap<>();
  private final Map<String, Integer> tops = new HashMap<>();
  private final Latencies forces = new Latencies();
  private final Latencies pauses = new Latencies();
  private int samples;

  private Profile() {}

  /** Options of the JVM that is to be recorded. */
  static List<String> jvmOptions(Path file) {
    return List.of(
        "-XX:StartFlightRecording=filename="
            + file.toAbsolutePath()
            + ",settings=profile,jdk.FileForce#threshold=0ns",
        "-XX:+UnlockDiagnosticVMOptions",
        "-XX:+DebugNonSafepoints");
  }

  static Profile read(Path file) throws IOException {
    Profile profile = new Profile();
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        profile.add(recording.readEvent());
      }
    }
    return profile;
  }

  String text() {
    StringBuilder out = new StringBuilder("\nProfile of our server (samples of running threads)\n");
    table(out, "by thread", threads);
    table(out, "by the nearest frame of ours, else of the library", ours);
    table(out, "by the running method", tops);
    durations(out, "forces of files", forces);
    durations(out, "pauses for garbage collection", pauses);
    return out.toString();
  }

  private void add(RecordedEvent event) {
    switch (event.getEventType().getName()) {
      case "jdk.ExecutionSample", "jdk.NativeMethodSample" -> sample(event);
      case "jdk.FileForce" -> forces.add(event.getDuration().toNanos());
      case "jdk.GCPhasePause" -> pauses.add(event.getDuration().toNanos());
      default -> {}
    }
  }

  private void sample(RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    if (stack == null || stack.getFrames().isEmpty() || waits(stack.getFrames().getFirst())) {
      return;
    }
    samples++;
    threads.merge(group(event.getThread("sampledThread")), 1, Integer::sum);
    tops.merge(name(stack.getFrames().getFirst()), 1, Integer::sum);
    ours.merge(nearest(stack.getFrames()), 1, Integer::sum);
  }

  /** Native methods in which a thread waits for work are sampled as if they ran. */
  private static boolean waits(RecordedFrame frame) {
    String name = name(frame);
    return name.contains("epollWait") || name.contains("EPoll.wait") || name.endsWith(".accept");
  }

  private static String nearest(List<RecordedFrame> frames) {
    return frames.stream()
        .map(Profile::name)
        .filter(name -> name.startsWith("io.tabellion"))
        .findFirst()
        .orElseGet(() -> library(frames));
  }

  private static String library(List<RecordedFrame> frames) {
    return frames.stream()
        .map(frame -> frame.getMethod().getType().getName())
        .filter(
            name -> name.startsWith("io.") || name.startsWith("org.") || name.startsWith("com."))
        .findFirst()
        .map(name -> "(" + name + ")")
        .orElse("(JDK)");
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private static String group(@Nullable RecordedThread thread) {
    if (thread == null) {
      return "?";
    }
    String name = thread.getJavaName();
    if (name == null || name.isEmpty()) {
      return thread.isVirtual() ? "virtual threads" : "JVM";
    }
    return name.replaceAll("[0-9]+", "N");
  }

  private void table(StringBuilder out, String title, Map<String, Integer> counts) {
    out.append("  ").append(title).append('\n');
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
        .limit(LINES)
        .forEach(entry ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "  %6.1f %%  %s%n",
                    100.0 * entry.getValue() / samples,
                    entry.getKey())));
  }

  private static void durations(StringBuilder out, String title, Latencies latencies) {
    out.append(
        String.format(
            Locale.ROOT,
            "  %s: %d, p50 %.3f ms, p99 %.3f ms%n",
            title,
            latencies.size(),
            millis(latencies.percentile(0.5)),
            millis(latencies.percentile(0.99))));
  }

  private static double millis(long nanos) {
    return nanos / (double) Duration.ofMillis(1).toNanos();
  }
}
