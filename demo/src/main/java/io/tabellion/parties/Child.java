package io.tabellion.parties;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process that we started. Its output goes to {@code <folder>/<name>.log} and can be waited for
 * line by line; the process ends with this JVM at the latest.
 *
 * <p>Thread-safe.
 */
public final class Child implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final Thread hook;
  private final List<String> lines = new ArrayList<>(); // guarded by itself
  private boolean ended; // guarded by lines

  private Child(String name, Process process, Path log, InputStream output) {
    this.name = name;
    this.process = process;
    this.hook = new Thread(process::destroyForcibly, name + "-end");
    Runtime.getRuntime().addShutdownHook(hook);
    Thread.ofPlatform().daemon().name(name + "-output").start(() -> pump(output, log));
  }

  /** Starts {@code command} in {@code folder}; standard output and error are one. */
  public static Child start(String name, Path folder, List<String> command) {
    return start(name, folder, new ProcessBuilder(command).redirectErrorStream(true));
  }

  /** The same, without standard output: only what is written to standard error is kept. */
  public static Child startQuiet(String name, Path folder, List<String> command) {
    return start(
        name, folder, new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD));
  }

  /** Starts a main class of this JVM's class path in a JVM of its own. */
  public static Child startJava(String name, Path folder, List<String> jvm, List<String> command) {
    return start(name, folder, java(jvm, command));
  }

  /** The command line of a main class (and its arguments) on this JVM's class path. */
  public static List<String> java(List<String> jvm, List<String> command) {
    return java(jvm, classPath(), command);
  }

  /** The command line of a main class (and its arguments) on another class path. */
  public static List<String> java(List<String> jvm, String classPath, List<String> command) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("--enable-native-access=ALL-UNNAMED");
    line.add("--sun-misc-unsafe-memory-access=allow");
    line.addAll(jvm);
    line.add("-cp");
    line.add(classPath);
    line.addAll(command);
    return List.copyOf(line);
  }

  /** This JVM's; absolute, because a child has a working directory of its own. */
  public static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Child start(String name, Path folder, ProcessBuilder builder) {
    try {
      Files.createDirectories(folder);
      Process process = builder.directory(folder.toFile()).start();
      process.getOutputStream().close();
      InputStream output =
          builder.redirectErrorStream() ? process.getInputStream() : process.getErrorStream();
      return new Child(name, process, folder.resolve(name + ".log"), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits for the first line so far or to come that matches.
   *
   * @throws IllegalStateException if the process ends or the time passes without one
   */
  public String await(Predicate<String> line, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (lines) {
      int seen = 0;
      while (true) {
        for (; seen < lines.size(); seen++) {
          if (line.test(lines.get(seen))) {
            return lines.get(seen);
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (ended || left <= 0) {
          throw new IllegalStateException(
              name + ": no such line (expected: one of these)" + last());
        }
        lines.wait(left);
      }
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** Waits for the end and returns the exit status, or null if it still runs then. */
  public @Nullable Integer awaitExit(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : null;
  }

  /** Waits until all that an ended process wrote has been read; ten seconds at most. */
  public void awaitOutput() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (lines) {
      while (!ended) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return;
        }
        lines.wait(left);
      }
    }
  }

  /** Ends the process at once (SIGKILL) and returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
    release();
  }

  /** Ends the process with SIGTERM; with SIGKILL if that takes longer than ten seconds. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    process.onExit().join();
    release();
  }

  /** What it has written so far. */
  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  private void release() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // We are in the shutdown already; the hook has run or will, on a process that is gone.
    }
  }

  private void pump(InputStream output, Path log) {
    try (BufferedReader reader =
            new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
        BufferedWriter file = Files.newBufferedWriter(log)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        file.write(line);
        file.newLine();
        file.flush();
        add(line);
      }
    } catch (IOException e) {
      add(name + ": output lost: " + e.getMessage());
    }
    synchronized (lines) {
      ended = true;
      lines.notifyAll();
    }
  }

  private void add(String line) {
    synchronized (lines) {
      lines.add(line);
      lines.notifyAll();
    }
  }

  private String last() {
    StringBuilder text = new StringBuilder();
    for (String line : lines.subList(Math.max(0, lines.size() - 20), lines.size())) {
      text.append("\n  ").append(line);
    }
    return text.toString();
  }
}
