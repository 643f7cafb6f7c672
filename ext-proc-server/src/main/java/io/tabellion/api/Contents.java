package io.tabellion.api;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.Content.State;

/** Translates contents; reading one decrypts it. */
final class Contents {
  private static final System.Logger LOG = System.getLogger(Contents.class.getName());

  private Contents() {}

  static Content toApi(AuditReader reader, StoredEntry entry) {
    try {
      return switch (entry.content().get()) {
        case StoredContent.None none -> state(State.NONE);
        case StoredContent.Erased erased -> state(State.ERASED);
        case StoredContent.Clear clear ->
            Content.newBuilder()
                .setState(State.PRESENT)
                .setType(clear.content().mediaType())
                .setBytes(clear.content().bytes())
                .setSalt(reader.salt(entry.index()).orElse(ByteString.EMPTY))
                .build();
      };
    } catch (AuditDamagedException e) {
      LOG.log(System.Logger.Level.ERROR, "content of entry " + entry.index() + " is damaged", e);
      return state(State.UNREADABLE);
    }
  }

  /** Says that there is content, or none, without showing it. */
  static Content leftOut(StoredEntry entry) {
    return state(entry.leaf().content() == null ? State.NONE : State.OMITTED);
  }

  private static Content state(State state) {
    return Content.newBuilder().setState(state).build();
  }
}
