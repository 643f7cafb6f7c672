package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.Mended;
import io.tabellion.jsonrpc.MendingReader;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.jsonrpc.Repair;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mcp.Dialect;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.Headers;
import io.tabellion.mcp.Meaning;
import io.tabellion.mcp.MediaType;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.MirroredHeaders;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.ParamHeaders;
import io.tabellion.mcp.Sender;
import io.tabellion.mcp.SessionHeader;
import io.tabellion.mcp.Spoken;
import io.tabellion.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one request: era, session and meaning. Tells the situation what it learned of them. */
final class RequestReader {
  private static final Set<String> OF_SESSIONS =
      Stream.of(
              Method.INITIALIZE,
              Method.PING,
              Method.SET_LEVEL,
              Method.RESOURCES_SUBSCRIBE,
              Method.RESOURCES_UNSUBSCRIBE)
          .map(Method::text)
          .collect(Collectors.toUnmodifiableSet());

  private final Situation situation;
  private final MendingReader reader;
  private final Headers headers;
  private List<Notes> notes = List.of();
  private final List<Repair> ofHeaders = new ArrayList<>();

  RequestReader(Situation situation, MendingReader reader) {
    this.situation = situation;
    this.reader = reader;
    this.headers = situation.head().headers();
  }

  /**
   * What was read.
   *
   * @param repairs what was mended in each message, and in the headers; one list at least
   */
  record Read(Asked asked, List<List<Repair>> repairs) {
    Read {
      repairs = List.copyOf(repairs);
    }

    /** The same of messages in which tokens were turned back. */
    Read with(Asked restored) {
      return new Read(restored, repairs);
    }

    /** What was mended in one message. */
    List<Repair> repairs(int message) {
      return message < repairs.size() ? repairs.get(message) : List.of();
    }
  }

  Read read(Upload upload) {
    Asked asked = asked(upload);
    return new Read(asked, repairs());
  }

  private Asked asked(Upload upload) {
    Fault fault = situation.headFault();
    if (fault != null) {
      return faulty(fault);
    }
    boolean post = situation.head().method().equals("POST");
    return switch (upload) {
      case Upload.Cut(Upload.Why why, long _) -> faulty(cut(why));
      case Upload.None _ -> post ? body(ByteString.EMPTY) : bodiless();
      case Upload.Whole(ByteString bytes) when post -> body(bytes);
      case Upload.Whole(ByteString bytes) when bytes.isEmpty() -> bodiless();
      case Upload.Whole _ -> faulty(new Fault(Fault.Kind.NOT_A_MESSAGE, "body", "none"));
    };
  }

  /** What was mended in each message that was read, and in the headers. */
  private List<List<Repair>> repairs() {
    for (Header header : MirroredHeaders.repeated(headers)) {
      ofHeaders.add(Repair.ofHeader(Repair.Kind.REPEATED_HEADER, header.name()));
    }
    if (MediaType.isOdd(headers)) {
      ofHeaders.add(Repair.ofHeader(Repair.Kind.CONTENT_TYPE, "content-type"));
    }
    List<List<Repair>> repairs = new ArrayList<>();
    for (Notes of : notes.isEmpty() ? List.of(Notes.NONE) : notes) {
      List<Repair> all = new ArrayList<>(of.repairs());
      all.addAll(ofHeaders);
      repairs.add(all);
    }
    return repairs;
  }

  private static Fault cut(Upload.Why why) {
    return switch (why) {
      case TOO_LARGE -> new Fault(Fault.Kind.TOO_LARGE, "body", "no more than the limit");
      case TOO_SLOW -> new Fault(Fault.Kind.TOO_SLOW, "body", "all of it in time");
      case NO_ROOM -> new Fault(Fault.Kind.UNAVAILABLE, "body", "room for it");
      case GONE, NOT_WANTED -> new Fault(Fault.Kind.NOT_A_MESSAGE, "body", "all of it");
    };
  }

  private Asked bodiless() {
    return switch (Dialect.ofHeaders(headers)) {
      case Fault fault -> faulty(fault);
      case Dialect dialect when dialect.era() == Era.STATELESS ->
          faulty(new Fault(Fault.Kind.HTTP_METHOD, "method", "POST"));
      case Dialect dialect -> {
        Fault stranger = enterSession(dialect);
        yield stranger == null
            ? new Asked.Bodiless(situation.head().method().equals("GET") ? Judge.GET : Judge.DELETE)
            : faulty(stranger);
      }
    };
  }

  private Asked body(ByteString bytes) {
    Mended mended = reader.read(bytes);
    notes = mended.notes();
    return switch (mended.parsed()) {
      case Parsed.Malformed malformed ->
          new Asked.Faulty(Fault.of(malformed), reader.idOf(bytes), null, null);
      case Parsed.Single(Envelope envelope) -> single(envelope);
      case Parsed.Batch(List<Envelope> envelopes) -> batch(envelopes);
    };
  }

  private Asked single(Envelope envelope) {
    return switch (Dialect.of(headers, envelope)) {
      case Fault fault -> faulty(fault, envelope, null);
      case Dialect dialect -> {
        Fault stranger = begins(envelope, dialect) ? null : enterSession(dialect);
        yield stranger == null
            ? spoken(envelope, dialect)
            : faulty(stranger, envelope, operation(envelope));
      }
    };
  }

  private Asked spoken(Envelope envelope, Dialect dialect) {
    if (dialect.era() == Era.STATELESS && isOfSessions(envelope)) {
      var gone = new Fault(Fault.Kind.NO_SUCH_METHOD, "#/method", "a method of the stateless era");
      return faulty(gone, envelope, null);
    }
    Meaning meaning = meaning(envelope);
    if (meaning instanceof Fault fault) {
      return faulty(fault, envelope, null);
    }
    Operation operation = (Operation) meaning;
    Optional<Fault> contradiction =
        operation == null || dialect.era() == Era.SESSION
            ? Optional.empty()
            : MirroredHeaders.check(headers, operation).or(() -> arguments(operation));
    return contradiction.isPresent()
        ? faulty(contradiction.get(), envelope, operation)
        : new Asked.Messages(List.of(new Asked.Element(envelope, operation)), false);
  }

  /** Headers that repeat arguments, as the accepted definition of the tool says. */
  private Optional<Fault> arguments(Operation operation) {
    return situation
        .tools()
        .definition(operation.tool())
        .flatMap(
            tool -> ParamHeaders.of(tool).check(headers, operation.params().object("arguments")));
  }

  private Asked batch(List<Envelope> envelopes) {
    Session session = situation.namedSession();
    Spoken spoken =
        Dialect.ofBatch(headers, envelopes, session == null ? null : session.revision());
    if (!(spoken instanceof Dialect dialect)) {
      return new Asked.Faulty((Fault) spoken, null, null, array(envelopes));
    }
    Fault stranger = enterSession(dialect);
    if (stranger != null) {
      return new Asked.Faulty(stranger, null, null, array(envelopes));
    }
    List<Asked.Element> elements = new ArrayList<>(envelopes.size());
    for (Envelope envelope : envelopes) {
      Meaning meaning = meaning(envelope);
      if (meaning instanceof Fault fault) {
        return new Asked.Faulty(fault, null, null, array(envelopes));
      }
      elements.add(new Asked.Element(envelope, (Operation) meaning));
    }
    return new Asked.Messages(elements, true);
  }

  /** What begins a session belongs to none: an id that the client still has is left out. */
  private boolean begins(Envelope envelope, Dialect dialect) {
    boolean begins =
        dialect.era() == Era.SESSION
            && envelope instanceof Envelope.Request request
            && request.method().equals(Method.INITIALIZE.text());
    if (begins) {
      situation.speaks(dialect, null);
      if (SessionHeader.of(headers) instanceof SessionHeader.Present) {
        situation.leavesSession();
        ofHeaders.add(Repair.ofHeader(Repair.Kind.SESSION, SessionHeader.NAME));
      }
    }
    return begins;
  }

  /** The session of a message of the session era must be the caller's own. */
  private @Nullable Fault enterSession(Dialect dialect) {
    if (dialect.era() == Era.STATELESS
        || !(SessionHeader.of(headers) instanceof SessionHeader.Present)) {
      situation.speaks(dialect, null);
      return null;
    }
    Session session = situation.namedSession();
    boolean own = session != null && session.owner().equals(situation.owner());
    situation.speaks(dialect, own ? session : null);
    return own
        ? null
        : new Fault(
            Fault.Kind.UNKNOWN_SESSION,
            SessionHeader.NAME,
            "a session of this caller; initialize again");
  }

  /** Whether the method went with the sessions (2026-07-28 changelog). */
  private static boolean isOfSessions(Envelope envelope) {
    return envelope instanceof Envelope.Request request && OF_SESSIONS.contains(request.method());
  }

  /** What a request or notification asks for; null for an answer. */
  private @Nullable Meaning meaning(Envelope envelope) {
    return switch (envelope) {
      case Envelope.Request request -> named(Meaning.of(request, Sender.CLIENT));
      case Envelope.Notification notification -> Meaning.of(notification, Sender.CLIENT);
      case Envelope.Result _, Envelope.Failure _ -> null;
    };
  }

  /** A name that a server could take for that of another tool names none. */
  private Meaning named(Meaning meaning) {
    return meaning instanceof Operation operation
            && situation.tools().isMistakable(operation.tool())
        ? new Fault(
            Fault.Kind.TOOL_NAME,
            "#/params/name",
            "a name as the list of tools has it; this one is equal to another tool's but for case"
                + " and form")
        : meaning;
  }

  private @Nullable Operation operation(Envelope envelope) {
    return meaning(envelope) instanceof Operation operation ? operation : null;
  }

  private static @Nullable RequestId id(Envelope envelope) {
    return envelope instanceof Envelope.Request request ? request.id() : null;
  }

  private static Json array(List<Envelope> envelopes) {
    return new Json.Array(envelopes.stream().<Json>map(Envelope::tree).toList());
  }

  private static Asked faulty(Fault fault) {
    return new Asked.Faulty(fault, null, null, null);
  }

  private static Asked faulty(Fault fault, Envelope envelope, @Nullable Operation operation) {
    return new Asked.Faulty(fault, id(envelope), operation, envelope.tree());
  }
}
