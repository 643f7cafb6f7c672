package io.tabellion.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Programs of the machine that are run for their result. */
final class Tool {

  private Tool() {}

  /**
   * Runs a program and returns what it printed.
   *
   * @param needs what to do where the program is not there
   * @throws DistException if it is not there or fails; with its last words
   */
  static String run(Path folder, String needs, List<String> command) throws InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new DistException(command.getFirst() + ": cannot be started (" + needs + ")", e);
    }
    String printed = printed(process);
    int status = process.waitFor();
    if (status != 0) {
      throw new DistException(
          "%s failed with status %d (%s):%n%s"
              .formatted(String.join(" ", first(command, 3)), status, needs, last(printed)));
    }
    return printed;
  }

  /** What a program prints, without space around it; empty if it is not there or fails. */
  static Optional<String> said(Path folder, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String printed = printed(process).strip();
      return process.waitFor() == 0 ? Optional.of(printed) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static String printed(Process process) {
    try {
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> first(List<String> words, int count) {
    return words.subList(0, Math.min(count, words.size()));
  }

  private static String last(String printed) {
    List<String> lines = printed.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }
}
