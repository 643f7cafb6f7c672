package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.mcp.Refusal;
import java.util.List;

/**
 * What is done with a message; the end of the straight line. Whatever lets content of others on
 * carries the marks of a durable entry (P1, P2).
 */
public sealed interface Reply {

  /** The message goes on. */
  sealed interface Release extends Reply {
    HeaderChanges headers();

    /** Of the durable entry. */
    Marks marks();
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
   * Events of a stream whose head went on: those that may, in order.
   *
   * @param bytes may be empty
   * @param end whether the stream ends behind them
   */
  record Events(ByteString bytes, boolean end) implements Reply {}

  /**
   * We answer in place of whoever would have.
   *
   * @param body may be empty
   * @param details a word for Envoy's access log
   */
  record Ours(int status, List<Header> headers, ByteString body, String details, Marks marks)
      implements Reply {

    /** A refusal as it is answered. */
    static Ours of(Refusal refusal, String details, Marks marks) {
      return new Ours(refusal.status(), refusal.headers(), refusal.body(), details, marks);
    }
  }
}
