package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.yaml.Place;
import io.tabellion.yaml.Problem;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is wrong with a policy file, and what in it has no effect.
 *
 * @param problems why it cannot be used, in their order
 * @param warnings what has no effect, or of rule files cannot be honoured, in their order; empty
 *     where there are problems
 * @param summary what is in it
 */
public record PolicyCheck(List<Problem> problems, List<Problem> warnings, String summary) {

  public PolicyCheck {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /**
   * A test that was run.
   *
   * @param place of its name in the file
   * @param failures in what it does not hold
   */
  public record Tested(Place place, String name, List<String> failures) {
    public Tested {
      failures = List.copyOf(failures);
    }
  }

  /**
   * The tests of a file that were run.
   *
   * @param rules how many rules and limits the file has that a test can meet: without those that
   *     are off, and limits of calls, since each test begins with none counted
   * @param unmet ids of those that had no part in any test, in file order
   */
  public record TestedFile(List<Tested> tests, int rules, List<String> unmet) {
    public TestedFile {
      tests = List.copyOf(tests);
      unmet = List.copyOf(unmet);
    }

    /** How many tests do not hold. */
    public long failed() {
      return tests.stream().filter(test -> !test.failures().isEmpty()).count();
    }
  }

  /** Checks a file. */
  public static PolicyCheck of(Path file) {
    return of(file, List.of());
  }

  /**
   * Checks a file.
   *
   * @param tools those whose definitions were accepted, whose names and arguments the file may be
   *     about; none if they are not known
   */
  public static PolicyCheck of(Path file, List<KnownTool> tools) {
    try {
      ByteString bytes = YamlReader.bytes(file);
      NamedFiles files = new NamedFiles(file);
      PolicyDocument document = PolicyFile.document(file, bytes, files);
      PolicyFile read = PolicyFile.of(file, bytes, document, CallCounts.IN_FORCE, files);
      String summary =
          "%s, %d rules, %d limits, %d tests hold"
              .formatted(
                  read.title(),
                  document.rules().size(),
                  document.limits().size(),
                  document.tests().size());
      return new PolicyCheck(List.of(), warnings(document, tools), summary);
    } catch (YamlException e) {
      List<Problem> problems = new ArrayList<>(e.problems());
      problems.sort(Comparator.comparing(Problem::place));
      return new PolicyCheck(problems, List.of(), "");
    }
  }

  private static List<Problem> warnings(PolicyDocument document, List<KnownTool> tools) {
    List<Problem> warnings = new ArrayList<>(document.detection().notes());
    warnings.addAll(Effects.unallowed(document.rules()));
    warnings.addAll(Effects.warnings(document.rules()));
    warnings.addAll(Oversights.of(document));
    warnings.addAll(Misspelt.of(document.rules(), tools));
    warnings.sort(Comparator.comparing(Problem::place));
    return warnings;
  }

  /**
   * Runs the tests of a file.
   *
   * @throws YamlException if it cannot be used for another reason than them
   */
  public static TestedFile test(Path file) {
    ByteString bytes = YamlReader.bytes(file);
    NamedFiles files = new NamedFiles(file);
    PolicyDocument document = PolicyFile.document(file, bytes, files);
    List<PolicyFile.TestResult> results = PolicyFile.test(document, files.digest(bytes));
    List<String> ids = ids(document);
    Set<String> met =
        results.stream()
            .flatMap(result -> result.ran().fired().stream())
            .collect(Collectors.toSet());
    return new TestedFile(
        results.stream().map(PolicyCheck::tested).toList(),
        ids.size(),
        ids.stream().filter(id -> !met.contains(id)).toList());
  }

  private static Tested tested(PolicyFile.TestResult result) {
    return new Tested(result.name().place(), result.name().text(), result.ran().failures());
  }

  private static List<String> ids(PolicyDocument document) {
    return Stream.concat(
            document.rules().stream().filter(rule -> rule.mode() != Mode.OFF).map(Rule::id),
            document.limits().stream()
                .filter(limit -> limit.mode() != Mode.OFF && limit.calls() == null)
                .map(Rule.Limit::id))
        .map(Rule.Id::text)
        .toList();
  }
}
