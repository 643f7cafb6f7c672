package io.tabellion.inspect;

import io.tabellion.mcp.Dialect;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.mcp.Headers;
import io.tabellion.mcp.MirroredHeaders;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.SessionHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which headers go on, by list (P3). Of a request all but those that speak of the bytes that came,
 * or ask for an answer that we could not read; of an answer only those that are named here. Never
 * {@code content-length}: Envoy takes it out by itself.
 */
final class HeaderRules {
  private static final List<String> NOT_UPSTREAM =
      List.of(
          "accept-encoding",
          "content-encoding",
          "content-digest",
          "content-md5",
          "digest",
          "expect",
          "repr-digest",
          "signature",
          "signature-input",
          "te",
          "trailer",
          Passages.HEADER);

  /** Of an answer. */
  private static final Set<String> DOWNSTREAM =
      Set.of(
          "access-control-allow-credentials",
          "access-control-allow-headers",
          "access-control-allow-methods",
          "access-control-allow-origin",
          "access-control-expose-headers",
          "access-control-max-age",
          "allow",
          "cache-control",
          "content-length",
          "content-type",
          "date",
          "mcp-protocol-version",
          SessionHeader.NAME,
          "retry-after",
          "server",
          "strict-transport-security",
          "traceparent",
          "tracestate",
          "transfer-encoding",
          "vary",
          "www-authenticate",
          "x-accel-buffering",
          "x-request-id");

  private static final Header JSON = new Header("content-type", "application/json");
  private static final Header EVENTS = new Header("content-type", "text/event-stream");

  private HeaderRules() {}

  /**
   * Changes to a request with a body.
   *
   * @param operation as it is sent
   * @param changed values that came and that are sent in their place
   */
  static HeaderChanges request(
      Situation situation, @Nullable Operation operation, Map<String, String> changed) {
    HeaderChanges mirrored = mirrored(situation, operation, changed);
    List<Header> set = once(situation, mirrored);
    set.removeIf(header -> header.name().equals(JSON.name()));
    set.add(JSON);
    return new HeaderChanges(set, removed(situation, mirrored));
  }

  /** Changes to a GET or DELETE. */
  static HeaderChanges bodiless(Situation situation) {
    HeaderChanges mirrored = mirrored(situation, null, Map.of());
    return new HeaderChanges(once(situation, mirrored), removed(situation, mirrored));
  }

  /** Changes to a request that another place changed before. */
  static HeaderChanges again(Headers came, boolean bodiless) {
    return new HeaderChanges(bodiless ? List.of() : List.of(JSON), notUpstream(came));
  }

  private static List<String> notUpstream(Headers came) {
    return NOT_UPSTREAM.stream().filter(name -> !came.values(name).isEmpty()).toList();
  }

  private static HeaderChanges mirrored(
      Situation situation, @Nullable Operation operation, Map<String, String> changed) {
    Dialect dialect = situation.dialect();
    return MirroredHeaders.changes(
        situation.head().headers(),
        dialect == null ? new Dialect(Era.SESSION, null) : dialect,
        operation,
        changed);
  }

  /** A header that stands there several times goes on once. */
  private static List<Header> once(Situation situation, HeaderChanges mirrored) {
    List<Header> set = new ArrayList<>(mirrored.set());
    for (Header header : MirroredHeaders.repeated(situation.head().headers())) {
      boolean gone = mirrored.remove().contains(header.name());
      boolean said = set.stream().anyMatch(other -> other.name().equals(header.name()));
      if (!gone && !said) {
        set.add(header);
      }
    }
    if (situation.leftSession()) {
      set.removeIf(header -> header.name().equals(SessionHeader.NAME));
    }
    return set;
  }

  private static List<String> removed(Situation situation, HeaderChanges mirrored) {
    List<String> remove = new ArrayList<>(mirrored.remove());
    remove.addAll(notUpstream(situation.head().headers()));
    if (situation.leftSession()) {
      remove.add(SessionHeader.NAME);
    }
    return remove;
  }

  /** Changes to an answer with a JSON body. */
  static HeaderChanges json(AnswerHead head, @Nullable String session, HeaderForms forms) {
    return changes(JSON, unlisted(head.headers(), session), forms);
  }

  /** Changes to the head of an event stream. */
  static HeaderChanges events(AnswerHead head, @Nullable String session, HeaderForms forms) {
    return changes(EVENTS, unlisted(head.headers(), session), forms);
  }

  /** Changes to an answer without a body. */
  static HeaderChanges bodiless(AnswerHead head, @Nullable String session, HeaderForms forms) {
    List<String> remove = new ArrayList<>(unlisted(head.headers(), session));
    remove.add(JSON.name());
    return changes(null, remove, forms);
  }

  private static HeaderChanges changes(
      @Nullable Header type, List<String> unlisted, HeaderForms forms) {
    List<Header> set = new ArrayList<>(forms.set());
    if (type != null) {
      set.add(type);
    }
    List<String> remove = new ArrayList<>(unlisted);
    remove.addAll(forms.removed());
    return new HeaderChanges(set, remove);
  }

  /** Names that are not on the list; the session id is, if it is the exchange's own. */
  private static List<String> unlisted(Headers headers, @Nullable String session) {
    List<String> remove = new ArrayList<>();
    for (Header header : headers.all()) {
      if (!DOWNSTREAM.contains(header.name()) && !remove.contains(header.name())) {
        remove.add(header.name());
      }
    }
    if (!headers.values(SessionHeader.NAME).stream().allMatch(id -> id.equals(session))) {
      remove.add(SessionHeader.NAME);
    }
    return remove;
  }
}
