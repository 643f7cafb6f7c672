package io.tabellion.bench.calls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * CPU time of this process by groups of threads, from {@code /proc/self/task/<tid>/schedstat}.
 *
 * @param threads nanoseconds of each thread that runs, by its id and name
 * @param all nanoseconds of the process, threads that ended included
 */
public record ThreadTimes(Map<String, Long> threads, long all) {
  /** Groups of threads of a process that appends to a log. */
  public enum Group {
    WRITER("audit-writer"),
    INDEX("audit-index"),
    PRODUCERS("producers"),
    COMPILERS("compilers"),
    COLLECTOR("collector"),
    REST("rest");

    private final String words;

    Group(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }

    /** By the name that Linux has, cut to 15 characters; carriers run the producers. */
    private static Group of(String name) {
      return switch (name) {
        case String n when n.startsWith("audit-writer") -> WRITER;
        case String n when n.startsWith("audit-index") -> INDEX;
        case String n when n.startsWith("ForkJoinPool") -> PRODUCERS;
        case String n when n.contains("CompilerThre") -> COMPILERS;
        case String n when n.startsWith("GC Thread") || n.startsWith("G1 ") -> COLLECTOR;
        default -> REST;
      };
    }
  }

  /** Returns what was used so far. */
  public static ThreadTimes now() {
    Map<String, Long> threads = new HashMap<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      tasks.forEach(task -> read(task, threads));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long all = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    return new ThreadTimes(Map.copyOf(threads), all);
  }

  private static void read(Path task, Map<String, Long> threads) {
    try {
      String name = Files.readString(task.resolve("comm")).strip();
      String used = Files.readString(task.resolve("schedstat")).split(" ", 2)[0];
      threads.put(task.getFileName() + " " + name, Long.parseLong(used));
    } catch (IOException e) {
      // it has ended: compilers come and go
    }
  }

  /** Returns what each group used since; threads that ended since are in {@link Group#REST}. */
  public Map<Group, Long> since(ThreadTimes before) {
    Map<Group, Long> used = new EnumMap<>(Group.class);
    for (Group group : Group.values()) {
      used.put(group, 0L);
    }
    long seen = 0;
    for (Map.Entry<String, Long> thread : threads.entrySet()) {
      long nanos = thread.getValue() - before.threads.getOrDefault(thread.getKey(), 0L);
      String name = thread.getKey().substring(thread.getKey().indexOf(' ') + 1);
      used.merge(Group.of(name), nanos, Long::sum);
      seen += nanos;
    }
    used.merge(Group.REST, Math.max(0, all - before.all - seen), Long::sum);
    return used;
  }
}
