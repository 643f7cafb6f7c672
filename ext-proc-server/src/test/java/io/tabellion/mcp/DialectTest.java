package io.tabellion.mcp;

import static io.tabellion.mcp.Messages.envelope;
import static io.tabellion.mcp.Messages.notification;
import static io.tabellion.mcp.Messages.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.jsonrpc.Envelope;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Row 17: the body decides the era, the header is a cross-check, no disagreement passes. */
@Tag("unit")
class DialectTest {
  private static final String NOW = "2026-07-28";

  @ParameterizedTest
  @CsvSource({
    // header, claim in _meta, method, expected
    ",,                      tools/list, SESSION null",
    "2025-06-18,,            tools/list, SESSION R2025_06_18",
    "2025-11-25,,            initialize, SESSION R2025_11_25",
    ",,                      initialize, SESSION null",
    "2026-07-28,2026-07-28,  tools/list, STATELESS R2026_07_28",
    // the header announces an era that the body is not of
    "2026-07-28,,            tools/list, META_MISSING",
    "2026-07-28,,            initialize, HEADER_MISMATCH",
    // the body claims what the header does not say
    ",2026-07-28,            tools/list, HEADER_MISMATCH",
    "2025-11-25,2026-07-28,  tools/list, HEADER_MISMATCH",
    "2026-07-28,2025-11-25,  tools/list, HEADER_MISMATCH",
    "2026-07-28,v999.0.0,    server/discover, HEADER_MISMATCH",
    ",2026-07-28,            initialize, HEADER_MISMATCH",
    // both agree on what is not there
    "9999-01-01,,            tools/list, REVISION",
    "9999-01-01,9999-01-01,  tools/list, REVISION",
    "2025-11-25,2025-11-25,  tools/list, REVISION",
    "2026-07-28,2026-07-28,  initialize, NO_SUCH_METHOD",
  })
  void requests(@Nullable String header, @Nullable String claim, String method, String expected) {
    assertThat(name(Dialect.of(headers(header), request(method, params(claim)))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    ",,                      SESSION null",
    "2025-11-25,,            SESSION R2025_11_25",
    "2026-07-28,,            STATELESS R2026_07_28",
    "2026-07-28,2026-07-28,  STATELESS R2026_07_28",
    ",2026-07-28,            HEADER_MISMATCH",
    "2025-11-25,2026-07-28,  HEADER_MISMATCH",
    "9999-01-01,,            REVISION",
  })
  void notifications(@Nullable String header, @Nullable String claim, String expected) {
    assertThat(
            name(
                Dialect.of(
                    headers(header), notification("notifications/cancelled", params(claim)))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    ",            SESSION null",
    "2025-11-25,  SESSION R2025_11_25",
    "2026-07-28,  NOT_A_MESSAGE",
    "9999-01-01,  REVISION",
  })
  void answersOfTheClient(@Nullable String header, String expected) {
    Envelope result = envelope("{'jsonrpc':'2.0','id':1,'result':{}}");
    Envelope failure = envelope("{'jsonrpc':'2.0','id':1,'error':{'code':1,'message':''}}");
    assertThat(name(Dialect.of(headers(header), result))).isEqualTo(expected);
    assertThat(name(Dialect.of(headers(header), failure))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    ",            SESSION null",
    "2025-06-18,  SESSION R2025_06_18",
    "2026-07-28,  STATELESS R2026_07_28",
    "9999-01-01,  REVISION",
  })
  void requestsWithoutBody(@Nullable String header, String expected) {
    assertThat(name(Dialect.ofHeaders(headers(header)))).isEqualTo(expected);
  }

  /** Row 7. */
  @ParameterizedTest
  @CsvSource({
    ",,            2025-03-26, SESSION R2025_03_26",
    "2025-03-26,,  2025-03-26, SESSION R2025_03_26",
    ",,            2025-06-18, BATCH",
    ",,            2024-11-05, BATCH",
    ",,            2025-11-25, BATCH",
    ",,            ,           BATCH",
    "2026-07-28,,  2025-03-26, BATCH",
    ",2026-07-28,  2025-03-26, BATCH",
    "9999-01-01,,  2025-03-26, REVISION",
  })
  void batches(
      @Nullable String header, @Nullable String claim, @Nullable String session, String expected) {
    List<Envelope> batch =
        List.of(request("tools/list", "{}"), notification("notifications/x", params(claim)));
    Revision revision = session == null ? null : Revision.of(session).orElseThrow();
    assertThat(name(Dialect.ofBatch(headers(header), batch, revision))).isEqualTo(expected);
  }

  @Test
  void theHeaderSaysOneThing() {
    for (Headers same :
        List.of(
            Headers.of("MCP-Protocol-Version", NOW, "Mcp-Protocol-Version", NOW),
            Headers.of("MCP-Protocol-Version", NOW + ", " + NOW))) {
      assertThat(name(Dialect.of(same, request("tools/list", params(NOW)))))
          .isEqualTo(name(Dialect.of(now(), request("tools/list", params(NOW)))));
    }
    Headers twice = Headers.of("MCP-Protocol-Version", NOW, "Mcp-Protocol-Version", "2025-11-25");
    assertThat(name(Dialect.of(twice, request("tools/list", params(NOW)))))
        .isEqualTo("HEADER_MISMATCH");
    assertThat(name(Dialect.ofHeaders(twice))).isEqualTo("HEADER_MISMATCH");
    assertThat(name(Dialect.ofBatch(twice, List.of(), Revision.R2025_03_26)))
        .isEqualTo("HEADER_MISMATCH");
  }

  private static Headers now() {
    return Headers.of("MCP-Protocol-Version", NOW);
  }

  @Test
  void aClaimThatIsNoStringIsNoClaim() {
    for (String value : List.of("7", "null", "{}", "[]", "true")) {
      String params = "{'_meta':{'io.modelcontextprotocol/protocolVersion':" + value + "}}";
      Stream.of(null, "2025-11-25", NOW)
          .forEach(header ->
              assertThat(name(Dialect.of(headers(header), request("tools/list", params))))
                  .isEqualTo("META_MISSING"));
    }
  }

  @Test
  void theHeaderAnnouncesAnEraForWhatIsNotRead() {
    assertThat(Dialect.announced(headers(NOW))).isEqualTo(Era.STATELESS);
    assertThat(Dialect.announced(headers("2025-11-25"))).isEqualTo(Era.SESSION);
    assertThat(Dialect.announced(headers("9999-01-01"))).isEqualTo(Era.SESSION);
    assertThat(Dialect.announced(Headers.NONE)).isEqualTo(Era.SESSION);
  }

  private static Headers headers(@Nullable String version) {
    return version == null ? Headers.NONE : Headers.of("MCP-Protocol-Version", version);
  }

  private static String params(@Nullable String claim) {
    return claim == null
        ? "{'_meta':{}}"
        : "{'_meta':{'io.modelcontextprotocol/protocolVersion':'" + claim + "'}}";
  }

  private static String name(Spoken spoken) {
    return switch (spoken) {
      case Dialect dialect -> dialect.era() + " " + revision(dialect.revision());
      case Fault fault -> fault.kind().name();
    };
  }

  private static String revision(@Nullable Revision revision) {
    return revision == null ? "null" : revision.name();
  }
}
