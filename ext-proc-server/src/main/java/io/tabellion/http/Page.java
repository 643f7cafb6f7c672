package io.tabellion.http;

import java.nio.charset.StandardCharsets;

/** An answer as it goes out. The array is not changed after it was given. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Page(int status, String contentType, byte[] body) {

  static Page text(int status, String text) {
    return new Page(
        status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
