package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.yaml.Problem;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A policy file that was read.
 *
 * @param policy what it says
 * @param title its name and version, for people
 * @param bytes the file as it was
 * @param notes what of rule files that it names is not honoured
 */
public record PolicyFile(Policy policy, String title, ByteString bytes, List<Problem> notes) {

  public PolicyFile {
    notes = List.copyOf(notes);
  }

  /**
   * Reads a file.
   *
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  public static PolicyFile load(Path file) {
    return read(file, YamlReader.bytes(file), new CallCounts());
  }

  /**
   * Reads the bytes of a file, and runs its tests.
   *
   * @param file its name, for messages
   * @param counts of calls, which outlive the file
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  static PolicyFile read(Path file, ByteString bytes, CallCounts counts) {
    PolicyDocument document = document(file, bytes);
    String digest = digest(bytes);
    List<Problem> problems = new ArrayList<>();
    for (TestResult result : test(document, digest)) {
      problems.addAll(result.problems());
    }
    if (!problems.isEmpty()) {
      throw new YamlException(file, problems);
    }
    PolicyDocument.Metadata metadata = document.metadata();
    return new PolicyFile(
        new RulePolicy(document, digest, counts),
        metadata.name().text() + " version " + metadata.version(),
        bytes,
        document.detection().notes());
  }

  /** Reads the bytes of a file, and runs nothing. */
  static PolicyDocument document(Path file, ByteString bytes) {
    return new PolicyBinder().binder(file).bind(PolicyDocument.class, YamlReader.read(file, bytes));
  }

  /** Runs the tests of a file: each begins with no calls counted. */
  static List<TestResult> test(PolicyDocument document, String digest) {
    List<TestResult> results = new ArrayList<>();
    for (int i = 0; i < document.tests().size(); i++) {
      PolicyTest test = document.tests().get(i);
      RulePolicy policy = new RulePolicy(document, digest, new CallCounts());
      results.add(
          new TestResult("tests[" + i + "]", test.name(), new TestRun(policy).failures(test)));
    }
    return results;
  }

  /**
   * What came of a test.
   *
   * @param failures in what it does not hold
   */
  record TestResult(String path, PolicyTest.Named name, List<String> failures) {
    TestResult {
      failures = List.copyOf(failures);
    }

    boolean holds() {
      return failures.isEmpty();
    }

    private List<Problem> problems() {
      return failures.stream()
          .map(failure -> new Problem(name.place(), path, "'" + name.text() + "': " + failure))
          .toList();
    }
  }

  /** SHA-256 of the bytes, hex. */
  static String digest(ByteString bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes.asReadOnlyByteBuffer());
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
