package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a policy file, and at each file that it names, by their paths, so a swapped symbolic
 * link (a Kubernetes ConfigMap) is a change like any other. A change is taken once two looks in a
 * row see the same bytes, so that a file that is still being written is not taken for a shorter
 * policy; and only if what the policy was read from are those bytes.
 *
 * <p>Belongs to the thread that looks.
 */
final class PolicyWatch {
  /** Stands in the place of a digest where there is no file to read. */
  private static final String UNREADABLE = "unreadable";

  /** Stands there where nothing was judged. */
  private static final String NOTHING = "";

  private final Path file;

  /** Where calls are counted: the policies of one file share that. */
  private final CallCounts counts;

  /** Digest of what was judged last, and of what the last look saw. */
  private String judged = NOTHING;

  private String seen = NOTHING;

  /** The files that were named in what was judged last. */
  private NamedFiles named;

  PolicyWatch(Path file, CallCounts counts) {
    this.file = file;
    this.counts = counts;
    this.named = new NamedFiles(file);
  }

  /** What becomes of a change; one that throws is asked again at the next look. */
  interface Taker {
    /**
     * The file is a policy.
     *
     * @throws AuditUnavailableException if that could not be recorded
     */
    void take(PolicyFile next) throws InterruptedException;

    /**
     * The file cannot be used.
     *
     * @param digest of what it is now; null if it cannot be read
     * @throws AuditUnavailableException if that could not be recorded
     */
    void refuse(YamlException bad, @Nullable String digest) throws InterruptedException;
  }

  /**
   * Reads the file for the first time; what it is then counts as judged.
   *
   * @throws YamlException if it cannot be used
   */
  PolicyFile first() {
    seen = UNREADABLE;
    try {
      ByteString bytes = YamlReader.bytes(file);
      try {
        return PolicyFile.read(file, bytes, counts, named);
      } finally {
        seen = named.digest(bytes);
      }
    } finally {
      judged = seen;
    }
  }

  /** The digest of what the file was at the last look; null if it could not be read. */
  @Nullable String digest() {
    return seen.equals(UNREADABLE) ? null : seen;
  }

  /** What was judged counts as not judged: the next look that sees the same as this tells it. */
  void again() {
    judged = NOTHING;
  }

  /** Looks at the files once. */
  void look(Taker taker) throws InterruptedException {
    String before = seen;
    try {
      ByteString bytes = YamlReader.bytes(file);
      seen = named.again().digest(bytes);
      if (seen.equals(before) && !seen.equals(judged)) {
        take(bytes, taker);
      }
    } catch (YamlException unreadable) {
      seen = UNREADABLE;
      if (seen.equals(before) && !seen.equals(judged)) {
        taker.refuse(unreadable, null);
        judged = seen;
      }
    }
  }

  private void take(ByteString bytes, Taker taker) throws InterruptedException {
    NamedFiles files = new NamedFiles(file);
    try {
      PolicyFile next = PolicyFile.read(file, bytes, counts, files);
      if (areThoseSeen(files, bytes)) {
        taker.take(next);
        judged = seen;
      }
    } catch (YamlException bad) {
      if (areThoseSeen(files, bytes)) {
        taker.refuse(bad, seen);
        judged = seen;
      }
    }
  }

  /** Whether two looks saw what was read; if not, from now on looks are for these files. */
  private boolean areThoseSeen(NamedFiles files, ByteString bytes) {
    String read = files.digest(bytes);
    boolean same = read.equals(seen);
    named = files;
    seen = read;
    return same;
  }
}
