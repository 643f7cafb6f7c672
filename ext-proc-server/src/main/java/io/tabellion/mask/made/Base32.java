package io.tabellion.mask.made;

import com.google.common.io.BaseEncoding;
import org.jspecify.annotations.Nullable;

/** Base32 (RFC 4648 §6) in lower case, without padding: letters and digits survive everywhere. */
final class Base32 {
  private static final BaseEncoding ENCODING = BaseEncoding.base32().lowerCase().omitPadding();

  private Base32() {}

  static String encode(byte[] bytes) {
    return ENCODING.encode(bytes);
  }

  /** Returns the bytes, null if the text is not exactly what {@link #encode} gives for them. */
  static byte @Nullable [] decode(String text) {
    if (!ENCODING.canDecode(text)) {
      return null;
    }
    byte[] bytes = ENCODING.decode(text);
    return encode(bytes).equals(text) ? bytes : null; // bits that no byte needs may be set
  }
}
