package io.tabellion.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** CPU time of processes, from {@code /proc/<pid>/stat} (proc(5): utime, stime). */
final class Cpu {
  /** USER_HZ: 100 on every Linux that Java runs on. */
  private static final double TICKS_PER_MILLI = 0.1;

  private Cpu() {}

  /** Returns what these processes have used so far, milliseconds. */
  static double millis(List<Long> pids) {
    return pids.stream().mapToLong(Cpu::ticks).sum() / TICKS_PER_MILLI;
  }

  private static long ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name in parentheses may hold anything; fields count from behind it.
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
      return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
