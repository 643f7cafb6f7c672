package io.tabellion.inspect;

import io.tabellion.approval.Settled;
import io.tabellion.audit.CommitmentRoot;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.mask.Masked;
import io.tabellion.mask.proof.Commitments;
import io.tabellion.mask.proof.Commitments.Sealed;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Where commitments to what was masked stand (docs/audit-format.md §4.2): a few in the leaf; of
 * many the root over them in the leaf, and they themselves in the content of an entry of their own
 * beside it.
 */
final class Committed {
  /** As many as a leaf has room for. */
  static final int FEW = 128;

  /** Bytes of a list at most; the last commitment is that to all that is beyond the others. */
  static final long MOST_BYTES = (Commitments.MOST + 1L) * Commitments.SIZE;

  private static final String LIST = "application/octet-stream";
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private Committed() {}

  /** What the entry of the message says of them. */
  static void facts(Facts.Builder facts, Masked masked) {
    Sealed sealed = masked.commitments();
    if (sealed == null) {
      return;
    }
    facts.put(Fact.COMMITMENT_SALT, sealed.salt());
    if (sealed.count() > FEW) {
      facts.put(Fact.COMMITMENT_ROOT, CommitmentRoot.of(sealed.values(), Commitments.SIZE));
    } else {
      facts.put(Fact.COMMITMENTS, values(sealed));
    }
  }

  private static List<String> values(Sealed sealed) {
    return IntStream.range(0, sealed.count())
        .mapToObj(i -> BASE64.encodeToString(sealed.value(i).toByteArray()))
        .toList();
  }

  /** The bytes that they bring beside the leaf. */
  static long bytes(Masked masked) {
    Sealed sealed = masked.commitments();
    return sealed == null || sealed.count() <= FEW ? 0 : sealed.values().size();
  }

  /**
   * Returns the entries with those of commitments behind them.
   *
   * @param entries of the messages, in their order, and others behind them
   */
  static List<Entry> with(
      List<Entry> entries, List<? extends Settled<?>> settled, InstantSource clock) {
    List<Entry> all = new ArrayList<>(entries);
    for (int i = 0; i < settled.size(); i++) {
      Sealed sealed = settled.get(i).masked().commitments();
      if (sealed != null && sealed.count() > FEW) {
        all.add(list(entries.get(i), sealed, clock));
      }
    }
    return all;
  }

  private static Entry list(Entry of, Sealed sealed, InstantSource clock) {
    String id = of.id().toString();
    Facts.Builder facts = Facts.builder();
    for (Fact shared : List.of(Fact.OWNER, Fact.SERVER)) {
      facts.put(shared, of.facts().text(shared));
    }
    facts.put(Fact.INTENT, Objects.requireNonNullElse(of.facts().text(Fact.INTENT), id));
    facts.put(Fact.ENTRIES, List.of(id));
    return new Entry(
        EntryId.next(clock),
        EntryKind.COMMITMENTS,
        facts.build(),
        new Entry.Content(LIST, sealed.values()));
  }
}
