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

  /** Checks a file. */
  public static PolicyCheck of(Path file) {
    try {
      ByteString bytes = YamlReader.bytes(file);
      PolicyFile read = PolicyFile.read(file, bytes, new CallCounts());
      PolicyDocument document = PolicyFile.document(file, bytes, new NamedFiles(file));
      String summary =
          "%s, %d rules, %d limits, %d tests hold"
              .formatted(
                  read.title(),
                  document.rules().size(),
                  document.limits().size(),
                  document.tests().size());
      return new PolicyCheck(List.of(), warnings(document), summary);
    } catch (YamlException e) {
      List<Problem> problems = new ArrayList<>(e.problems());
      problems.sort(Comparator.comparing(Problem::place));
      return new PolicyCheck(problems, List.of(), "");
    }
  }

  private static List<Problem> warnings(PolicyDocument document) {
    List<Problem> warnings = new ArrayList<>(document.detection().notes());
    warnings.addAll(Effects.unallowed(document.rules()));
    warnings.addAll(Effects.warnings(document.rules()));
    warnings.sort(Comparator.comparing(Problem::place));
    return warnings;
  }

  /**
   * Runs the tests of a file.
   *
   * @throws YamlException if it cannot be used for another reason than them
   */
  public static List<Tested> test(Path file) {
    ByteString bytes = YamlReader.bytes(file);
    NamedFiles files = new NamedFiles(file);
    PolicyDocument document = PolicyFile.document(file, bytes, files);
    return PolicyFile.test(document, files.digest(bytes)).stream()
        .map(result -> new Tested(result.name().place(), result.name().text(), result.failures()))
        .toList();
  }
}
