package io.tabellion.mcp;

import static io.tabellion.mcp.Messages.notification;
import static io.tabellion.mcp.Messages.operation;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Row 16. */
@Tag("unit")
class MirroredHeadersTest {
  private static final Operation CALL = operation("tools/call", "{'name':'echo'}");
  private static final Dialect STATELESS = new Dialect(Era.STATELESS, Revision.R2026_07_28);
  private static final Dialect SESSION = new Dialect(Era.SESSION, null);

  @ParameterizedTest
  @ValueSource(strings = {"echo", "  echo\t", "=?base64?ZWNobw==?="})
  void aHeaderThatSaysWhatTheBodySaysPasses(String name) {
    assertThat(MirroredHeaders.check(headers("tools/call", name), CALL)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ECHO",
        "delete_all",
        "=?BASE64?ZWNobw==?=",
        "=?base64?ZWNobw?=",
        "=?base64?ZWNobw==",
        "=?base64?ZWNobw=?=",
        "=?base64?ZWNob*==?=",
        "=?base64?ZWNobx==?=",
        "=?base64?/w==?=",
        "=?base64?=",
        "=?base64??="
      })
  void aNameThatSaysSomethingElseIsRefused(String name) {
    assertThat(MirroredHeaders.check(headers("tools/call", name), CALL))
        .contains(new Fault(Fault.Kind.HEADER_MISMATCH, "mcp-name", "once, the value of the body"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tools/list", "Tools/Call", "tools/call,tools/call"})
  void aMethodThatSaysSomethingElseIsRefused(String method) {
    assertThat(MirroredHeaders.check(headers(method, "echo"), CALL))
        .get()
        .extracting(Fault::where)
        .isEqualTo("mcp-method");
  }

  @Test
  void theNameOfATaskMayBeMissingButMustNotLie() {
    Operation asks = operation("tasks/get", "{'taskId':'t-1'}");
    assertThat(MirroredHeaders.check(Headers.of("Mcp-Method", "tasks/get"), asks)).isEmpty();
    assertThat(MirroredHeaders.check(headers("tasks/get", "t-1"), asks)).isEmpty();
    assertThat(MirroredHeaders.check(headers("tasks/get", "t-2"), asks))
        .get()
        .extracting(Fault::where)
        .isEqualTo("mcp-name");
  }

  @Test
  void missingAndContradictingHeadersAreRefused() {
    assertFault(Headers.of("Mcp-Name", "echo"), "mcp-method");
    assertFault(Headers.of("Mcp-Method", "tools/call"), "mcp-name");
    assertFault(
        Headers.of("Mcp-Method", "tools/call", "Mcp-Name", "echo", "Mcp-Name", "other"),
        "mcp-name");
    assertFault(
        Headers.of("Mcp-Method", "tools/call", "mcp-method", "tools/list", "Mcp-Name", "echo"),
        "mcp-method");
    assertFault(
        Headers.of(
            "Mcp-Method", "tools/call", "Mcp-Name", "echo", "Mcp-Param-A", "1", "mcp-param-a", "2"),
        "mcp-param-*");
    assertFault(
        Headers.of("Mcp-Method", "tools/call", "Mcp-Name", "echo", "Mcp-Param-A", "=?base64?x?="),
        "mcp-param-*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "prompts/get | {'name':'p'} | p",
        "resources/read | {'uri':'file:///\u00e9'} | =?base64?ZmlsZTovLy/DqQ==?=",
        "tasks/get | {'taskId':'t 1'} | t 1",
        "tasks/update | {'taskId':'t'} | t",
        "tasks/cancel | {'taskId':' t'} | =?base64?IHQ=?=",
        "tools/call | {'name':'echo'} | echo",
        "resources/read | {'uri':'=?base64?eA==?='} | =?base64?PT9iYXNlNjQ/ZUE9PT89?=",
        "resources/read | {'uri':''} | =?base64??=",
      })
  void theMirrorIsOfTheRightParamAndEncodedWhereNeeded(
      String method, String params, String header) {
    Operation operation = operation(method, params);
    assertThat(MirroredHeaders.check(headers(method, header), operation)).isEmpty();
    assertThat(MirroredHeaders.check(headers(method, "other"), operation)).isPresent();
    assertThat(MirroredHeaders.changes(Headers.NONE, STATELESS, operation).set())
        .contains(new Header("mcp-name", header), new Header("mcp-method", method));
  }

  @Test
  void aNotificationNeedsNoMirrorButMustNotLie() {
    Operation cancelled = operation(notification("notifications/cancelled", "{}"));
    assertThat(MirroredHeaders.check(Headers.NONE, cancelled)).isEmpty();
    assertThat(MirroredHeaders.check(Headers.of("Mcp-Method", "tools/call"), cancelled))
        .isPresent();
  }

  @Test
  void whatIsSentMirrorsTheTree() {
    Headers headers =
        Headers.of(
            "Content-Type",
            "Application/JSON",
            "Mcp-Param-A",
            "1",
            "Mcp-Session-Id",
            "s",
            "Last-Event-ID",
            "4");
    assertThat(MirroredHeaders.changes(headers, STATELESS, CALL))
        .isEqualTo(
            new HeaderChanges(
                List.of(
                    new Header("content-type", "application/json"),
                    new Header("mcp-protocol-version", "2026-07-28"),
                    new Header("mcp-method", "tools/call"),
                    new Header("mcp-name", "echo")),
                List.of("mcp-session-id", "last-event-id")));
    assertThat(MirroredHeaders.changes(headers, STATELESS, operation("tools/list", "{}")).remove())
        .contains("mcp-name");
  }

  @Test
  void theSessionEraHasNoMirrors() {
    Headers headers = Headers.of("Mcp-Name", "x", "Mcp-Param-A", "1", "MCP-PARAM-B", "2");
    assertThat(MirroredHeaders.changes(headers, SESSION, CALL))
        .isEqualTo(
            new HeaderChanges(
                List.of(), List.of("mcp-method", "mcp-name", "mcp-param-a", "mcp-param-b")));
  }

  private static void assertFault(Headers headers, String where) {
    assertThat(MirroredHeaders.check(headers, CALL))
        .get()
        .extracting(Fault::where)
        .isEqualTo(where);
  }

  private static Headers headers(String method, String name) {
    return Headers.of("Mcp-Method", method, "Mcp-Name", name);
  }
}
