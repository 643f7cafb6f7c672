package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;

/** Makes views of contents; reading one decrypts it. */
final class ContentViews {
  private static final System.Logger LOG = System.getLogger(ContentViews.class.getName());

  private ContentViews() {}

  /** Reads and decrypts the content. */
  static ContentView read(AuditReader log, StoredEntry entry) {
    try {
      return switch (entry.content().get()) {
        case StoredContent.None _ -> new ContentView.None();
        case StoredContent.Erased _ -> new ContentView.Erased();
        case StoredContent.Clear clear ->
            new ContentView.Present(
                clear.content().mediaType(),
                clear.content().bytes(),
                log.salt(entry.index()).orElse(ByteString.EMPTY));
      };
    } catch (AuditDamagedException e) {
      LOG.log(System.Logger.Level.ERROR, "content of entry " + entry.index() + " is damaged", e);
      return new ContentView.Unreadable();
    }
  }

  /** Says that there is content, or none, without reading it. */
  static ContentView leftOut(StoredEntry entry) {
    return entry.leaf().content() == null ? new ContentView.None() : new ContentView.Omitted();
  }
}
