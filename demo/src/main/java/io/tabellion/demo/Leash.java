package io.tabellion.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that ends when we end, however we end.
 *
 * <p>It runs in a process group of its own, so that Ctrl-C reaches us only and we stop things in
 * order. Its shell holds a pipe from us: when that closes, because we closed it or because the
 * kernel did after a kill -9, the group gets SIGTERM and, 25 s later, SIGKILL. Thread-safe.
 */
final class Leash implements AutoCloseable {
  private static final int LAST_BYTES = 4096;
  private static final int LAST_LINE = 90;
  private static final String SHELL =
      """
      set -m
      trap '' INT HUP
      exec 3<&0 4>&2 2>/dev/null
      "$@" 3<&- </dev/null 2>&4 4>&- &
      child=$!
      trap 'kill -TERM -- "-$child" 2>/dev/null' TERM
      { trap - TERM
        cat <&3 >/dev/null
        kill -TERM -- "-$child" 2>/dev/null
        sleep 25
        kill -KILL -- "-$child" 2>/dev/null
      } >/dev/null 2>&1 &
      watcher=$!
      code=0
      wait "$child" || code=$?
      while kill -0 "$child" 2>/dev/null; do wait "$child" || code=$?; done
      kill -KILL -- "-$watcher" 2>/dev/null
      exit "$code"
      """;

  private final String name;
  private final Process process;
  private final Path log;

  private Leash(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param name for people
   * @param folder its working folder
   * @param log takes what it prints; a log of a run before is replaced
   */
  static Leash start(
      String name, List<String> command, Path folder, Path log, Map<String, String> environment) {
    List<String> leashed = new ArrayList<>(List.of("bash", "-c", SHELL, "leash"));
    leashed.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(leashed)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    try {
      return new Leash(name, builder.start(), log);
    } catch (IOException e) {
      throw new DemoException(name + ": cannot be started: " + e.getMessage(), e);
    }
  }

  String name() {
    return name;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** What it printed last, for a message about its end. */
  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
    } catch (IOException e) {
      return "(" + log + " cannot be read)";
    }
  }

  /** The last line of its log, short and without control characters; for a person who waits. */
  String lastLine() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(file.length(), LAST_BYTES)];
      file.seek(file.length() - end.length);
      file.readFully(end);
      return new String(end, StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
          .filter(line -> !line.isEmpty())
          .reduce((before, last) -> last)
          .map(line -> line.length() > LAST_LINE ? line.substring(0, LAST_LINE) + "…" : line)
          .orElse("its log is empty");
    } catch (IOException e) {
      return "its log cannot be read: " + log;
    }
  }

  /** Ends it and waits until it is gone. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
