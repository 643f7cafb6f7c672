package io.tabellion.mask.text;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import org.jspecify.annotations.Nullable;

/** JSON in texts of JSON: servers send whole answers as one text. */
public final class NestedJson {
  /** JSON in a text in JSON in a text in JSON in a text. */
  private static final int DEPTH = 3;

  private static final JsonReader READER = new JsonReader(Limits.DEFAULT);

  private NestedJson() {}

  /**
   * Reads a text.
   *
   * @param depth how many texts it stands in
   * @return null if it is no JSON, or too deep in others
   */
  public static @Nullable Json read(String text, int depth) {
    boolean read = depth < DEPTH;
    return read && READER.read(ByteString.copyFromUtf8(text)) instanceof Reading.Document(Json tree)
        ? tree
        : null;
  }
}
