package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.mcp.Refusal;
import java.util.List;

/**
 * What is done with a message; the end of the straight line. Whatever lets content of others on can
 * be made of what was appended only (P1, P2): {@link Marks.Durable}, {@link Recorded}.
 */
public sealed interface Reply {

  /** Its head goes to whoever it is for. */
  sealed interface Onward extends Reply {
    HeaderChanges headers();

    Marks marks();
  }

  /** The message goes on. */
  sealed interface Release extends Onward {
    /** Of the durable entry. */
    @Override
    Marks.Durable marks();
  }

  /**
   * Head and whole body go on, in one message.
   *
   * @param body the re-serialisation of the tree that was judged
   */
  record Whole(HeaderChanges headers, ByteString body, Marks.Durable marks) implements Release {
    /** The head alone: for messages that go on in their parts. */
    public HeadOnly head() {
      return new HeadOnly(headers, marks);
    }
  }

  /** The head goes on: there is no body, or its events follow one by one. */
  record HeadOnly(HeaderChanges headers, Marks.Durable marks) implements Release {}

  /** An answer of Envoy's own goes back as it is: nothing of the server's is in it. */
  record OfEnvoy(Marks marks) implements Onward {
    private static final HeaderChanges NONE = new HeaderChanges(List.of(), List.of());

    @Override
    public HeaderChanges headers() {
      return NONE;
    }
  }

  /** What goes on in a stream whose head went on. */
  sealed interface InStream extends Reply {
    /** May be empty. */
    ByteString bytes();

    /** Whether the stream ends behind them. */
    boolean end();
  }

  /**
   * Events of a stream: those that may go on, in order.
   *
   * @param recorded their entries, and that of the end
   */
  record Events(ByteString bytes, boolean end, Recorded recorded) implements InStream {}

  /** Events of ours, behind which the stream ends: nothing more of it can be recorded. */
  record LastEvents(ByteString bytes) implements InStream {
    @Override
    public boolean end() {
      return true;
    }
  }

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
