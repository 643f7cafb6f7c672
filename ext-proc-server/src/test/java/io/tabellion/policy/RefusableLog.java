package io.tabellion.policy;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.Receipt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log in memory that can be told to fail. Not thread-safe. */
final class RefusableLog implements AuditLog {
  private final List<Entry> entries = new ArrayList<>();
  private AuditUnavailableException.@Nullable Code failure;

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  void fail(AuditUnavailableException.Code code) {
    failure = code;
  }

  void recover() {
    failure = null;
  }

  @Override
  public List<Receipt> append(List<Entry> group) {
    if (failure != null) {
      throw new AuditUnavailableException(failure, "told to fail");
    }
    entries.addAll(group);
    return group.stream().map(entry -> new Receipt(entry.id(), entries.indexOf(entry))).toList();
  }

  @Override
  public Reservation reserve(long bytes) {
    throw new UnsupportedOperationException("a policy load reserves nothing");
  }

  @Override
  public boolean writable() {
    return failure == null;
  }
}
