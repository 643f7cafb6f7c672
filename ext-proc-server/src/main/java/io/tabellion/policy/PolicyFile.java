package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.yaml.Problem;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy file that was read.
 *
 * @param policy what it says
 * @param title its name and version, for people
 * @param remarks who wrote and approved it and what changed, as it says
 * @param bytes the file as it was
 * @param files what other files it names, a line {@code HEX NAME} each
 * @param notes what of rule files that it names is not honoured, and rules that ask for approval of
 *     what nothing allows
 */
public record PolicyFile(
    Policy policy,
    String title,
    Facts remarks,
    ByteString bytes,
    List<String> files,
    List<Problem> notes) {

  public PolicyFile {
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  /**
   * Reads a file.
   *
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  public static PolicyFile load(Path file) {
    return read(file, YamlReader.bytes(file), CallCounts.IN_FORCE);
  }

  /**
   * The same of bytes that are no file.
   *
   * @param file its name, for messages; other files that it names are looked for beside it
   */
  public static PolicyFile read(Path file, ByteString bytes) {
    return read(file, bytes, CallCounts.IN_FORCE);
  }

  /** The same of bytes. */
  static PolicyFile read(Path file, ByteString bytes, CallCounts counts) {
    return read(file, bytes, counts, new NamedFiles(file));
  }

  /**
   * Reads the bytes of a file, and runs its tests. The first message has to wait for nothing.
   *
   * @param file its name, for messages
   * @param counts where calls are counted; that outlives the file
   * @param files knows afterwards, also after an exception, which files it names
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  static PolicyFile read(Path file, ByteString bytes, CallCounts counts, NamedFiles files) {
    PolicyFile read = of(file, bytes, document(file, bytes, files), counts, files);
    var _ = read.policy().baseline().detectors().ready();
    return read;
  }

  /**
   * Runs the tests of a file whose bytes were read.
   *
   * @throws YamlException with those that do not hold
   */
  static PolicyFile of(
      Path file, ByteString bytes, PolicyDocument document, CallCounts counts, NamedFiles files) {
    String digest = files.digest(bytes);
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
        remarks(metadata),
        bytes,
        files.lines(),
        notes(document));
  }

  private static Facts remarks(PolicyDocument.Metadata metadata) {
    return Facts.builder()
        .put(Fact.POLICY_AUTHOR, text(metadata.author()))
        .put(Fact.POLICY_APPROVED_BY, text(metadata.approvedBy()))
        .put(Fact.POLICY_CHANGE, text(metadata.change()))
        .build();
  }

  private static @Nullable String text(PolicyDocument.@Nullable Remark remark) {
    return remark == null ? null : remark.text();
  }

  private static List<Problem> notes(PolicyDocument document) {
    List<Problem> notes = new ArrayList<>(document.detection().notes());
    notes.addAll(Effects.unallowed(document.rules()));
    return notes;
  }

  /** Reads the bytes of a file, and runs nothing. */
  static PolicyDocument document(Path file, ByteString bytes, NamedFiles files) {
    return new PolicyBinder(files)
        .binder(file)
        .bind(PolicyDocument.class, YamlReader.read(file, bytes));
  }

  /** Runs the tests of a file: each begins with no calls counted. */
  static List<TestResult> test(PolicyDocument document, String digest) {
    List<TestResult> results = new ArrayList<>();
    warmUp(document, digest);
    for (int i = 0; i < document.tests().size(); i++) {
      PolicyTest test = document.tests().get(i);
      RulePolicy policy = new RulePolicy(document, digest, CallCounts.IN_FORCE);
      results.add(new TestResult("tests[" + i + "]", test.name(), new TestRun(policy).run(test)));
    }
    return results;
  }

  /** Judges each test's message once and looks at nothing: what is loaded lazily is loaded then. */
  private static void warmUp(PolicyDocument document, String digest) {
    RulePolicy policy = new RulePolicy(document, digest, CallCounts.IN_FORCE);
    document.tests().forEach(test -> test.given().decide(policy));
  }

  /** A test and what came of it. */
  record TestResult(String path, PolicyTest.Named name, TestRun.Ran ran) {
    private List<Problem> problems() {
      return ran.failures().stream()
          .map(failure -> new Problem(name.place(), path, "'" + name.text() + "': " + failure))
          .toList();
    }
  }
}
