package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.mcp.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a message; the end of the straight line. Whatever lets content of others on
 * carries the marks of a durable entry (P1, P2).
 */
public sealed interface Reply {

  /** Marks for Envoy. */
  Marks marks();

  /** The message goes on. */
  sealed interface Release extends Reply {
    HeaderChanges headers();
  }

  /**
   * Head and whole body go on, in one message.
   *
   * @param body the re-serialisation of the tree that was judged
   */
  record Whole(HeaderChanges headers, ByteString body, Marks marks) implements Release {}

  /** The head goes on: there is no body, or its events follow one by one. */
  record HeadOnly(HeaderChanges headers, Marks marks) implements Release {}

  /**
   * We answer in place of whoever would have.
   *
   * @param contentType null if there is no body
   * @param details a word for Envoy's access log
   */
  record Ours(
      int status,
      @Nullable String contentType,
      ByteString body,
      String details,
      Headers extra,
      Marks marks)
      implements Reply {}
}
