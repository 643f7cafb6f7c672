package io.tabellion.yaml;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A file that cannot be used, with everything that is wrong in it: one line a problem. */
public final class YamlException extends RuntimeException implements Explained {
  private final transient List<Problem> problems;

  public YamlException(Path file, List<Problem> problems) {
    super(message(file, problems));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, from top to bottom. */
  public List<Problem> problems() {
    return problems;
  }

  private static String message(Path file, List<Problem> problems) {
    return problems.stream()
        .sorted(Comparator.comparing(Problem::place))
        .map(problem -> file + ":" + problem)
        .collect(Collectors.joining("\n"));
  }
}
