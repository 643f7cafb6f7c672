package io.tabellion.policy;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.yaml.YamlException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Entries of policy files that were loaded or refused. One of a candidate that was loaded has no
 * decision: that is how it is told from one of a policy in force.
 */
record LoadEntries(InstantSource clock) {

  /** A policy is in force from here. */
  Entry loaded(PolicyFile file, LoadReason reason) {
    return entry(facts(file, reason).put(Fact.DECISION, Disposition.ALLOWED), file);
  }

  /** A candidate is compared from here. */
  Entry compared(PolicyFile file, LoadReason reason) {
    return entry(facts(file, reason), file);
  }

  /**
   * A file that cannot be used.
   *
   * @param digest null if it cannot be read
   */
  Entry refused(YamlException bad, @Nullable String digest, LoadReason reason) {
    return entry(
        Facts.builder()
            .put(Fact.REASON, reason)
            .put(Fact.DECISION, Disposition.REFUSED)
            .put(Fact.POLICY, digest)
            .put(Fact.DETAIL, "problems: " + bad.problems().size()),
        null);
  }

  /** A candidate is no longer compared, and no other is. */
  Entry removed(String digest, LoadReason reason) {
    return entry(
        Facts.builder()
            .put(Fact.REASON, reason)
            .put(Fact.POLICY, digest)
            .put(Fact.DETAIL, "the file is not there any more"),
        null);
  }

  private static Facts.Builder facts(PolicyFile file, LoadReason reason) {
    return Facts.builder()
        .put(Fact.REASON, reason)
        .put(Fact.POLICY, file.policy().digest())
        .put(Fact.POLICY_FILES, file.files())
        .put(Fact.DETAIL, file.title())
        .putAll(file.remarks());
  }

  private Entry entry(Facts.Builder facts, @Nullable PolicyFile file) {
    Entry.Content content =
        file == null ? null : new Entry.Content("application/yaml", file.bytes());
    return new Entry(EntryId.next(clock), EntryKind.POLICY_LOADED, facts.build(), content);
  }
}
