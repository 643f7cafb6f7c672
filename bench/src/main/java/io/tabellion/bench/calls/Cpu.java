package io.tabellion.bench.calls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time of processes and threads, from {@code /proc/<pid>[/task/<tid>]/stat} (proc(5): utime,
 * stime).
 */
public final class Cpu {
  /** USER_HZ: 100 on every Linux that Java runs on. */
  private static final double TICKS_PER_MILLI = 0.1;

  private Cpu() {}

  /** Returns what these processes have used so far, milliseconds. */
  public static double millis(List<Long> pids) {
    return pids.stream().mapToLong(Cpu::ticks).sum() / TICKS_PER_MILLI;
  }

  /** Returns what the compilers of those of them that are JVMs have used so far, milliseconds. */
  public static double compilerMillis(List<Long> pids) {
    return pids.stream().mapToLong(Cpu::compilerTicks).sum() / TICKS_PER_MILLI;
  }

  private static long ticks(long pid) {
    return ticks(Path.of("/proc", Long.toString(pid)));
  }

  private static long compilerTicks(long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return threads.filter(Cpu::compiles).mapToLong(Cpu::ticks).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Threads are named "C1 CompilerThread0", cut to 15 characters. */
  private static boolean compiles(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).contains("CompilerThre");
    } catch (IOException e) {
      return false; // it has ended: compilers come and go
    }
  }

  private static long ticks(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      // The name in parentheses may hold anything; fields count from behind it.
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
      return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
