package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;

/** What is shown of an entry's content. */
public sealed interface ContentView {

  /** The entry has none. */
  record None() implements ContentView {}

  /**
   * What was said, masked as it was recorded.
   *
   * @param type media type
   * @param salt with it anyone can check the bytes against the commitment in the leaf; empty if it
   *     is not kept
   */
  record Present(String type, ByteString bytes, ByteString salt) implements ContentView {}

  /** It was erased; the leaf stays. */
  record Erased() implements ContentView {}

  /** It is there and cannot be decrypted. */
  record Unreadable() implements ContentView {}

  /** It is there and was not asked for, or is too large for the page. */
  record Omitted() implements ContentView {}

  /** Whether what was said is shown. */
  default boolean shows() {
    return this instanceof Present;
  }

  /** Reads and decrypts the content. */
  static ContentView read(AuditReader log, StoredEntry entry) {
    try {
      return switch (entry.content().get()) {
        case StoredContent.None _ -> new None();
        case StoredContent.Erased _ -> new Erased();
        case StoredContent.Clear clear ->
            new Present(
                clear.content().mediaType(),
                clear.content().bytes(),
                log.salt(entry.index()).orElse(ByteString.EMPTY));
      };
    } catch (AuditDamagedException e) {
      System.getLogger(ContentView.class.getName())
          .log(System.Logger.Level.ERROR, "content of entry " + entry.index() + " is damaged", e);
      return new Unreadable();
    }
  }

  /** Says that there is content, or none, without reading it. */
  static ContentView leftOut(StoredEntry entry) {
    return entry.leaf().content() == null ? new None() : new Omitted();
  }
}
