package io.tabellion.mcp;

import static io.tabellion.mcp.Messages.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What client and server say of themselves. */
@Tag("unit")
class HandshakeTest {
  private static final Set<String> DENIED =
      Set.of(ClientCapabilities.SAMPLING, ClientCapabilities.ELICITATION, ClientCapabilities.ROOTS);

  /** Row 22: what a client did not offer, the server must not ask. */
  @Test
  void deniedCapabilitiesLeaveInitialize() {
    ClientCapabilities.Stripped stripped =
        ClientCapabilities.strip(
            object(
                "{'protocolVersion':'v','capabilities':{'roots':{'listChanged':true},'sampling':{},'x':{}},'clientInfo':{}}"),
            Era.SESSION,
            DENIED);
    assertThat(stripped.params())
        .isEqualTo(object("{'protocolVersion':'v','capabilities':{'x':{}},'clientInfo':{}}"));
    assertThat(stripped.removed()).isEqualTo(List.of("roots", "sampling"));
  }

  @Test
  void deniedCapabilitiesLeaveEachStatelessRequest() {
    String meta =
        "{'name':'x','_meta':{'io.modelcontextprotocol/clientCapabilities':%s,'progressToken':1}}";
    ClientCapabilities.Stripped stripped =
        ClientCapabilities.strip(
            object(meta.formatted("{'elicitation':{},'extensions':{}}")), Era.STATELESS, DENIED);
    assertThat(stripped.params()).isEqualTo(object(meta.formatted("{'extensions':{}}")));
    assertThat(stripped.removed()).containsExactly("elicitation");
  }

  @Test
  void whatIsNotDeniedOrNotThereStays() {
    var params = object("{'capabilities':{'sampling':{}}}");
    assertThat(ClientCapabilities.strip(params, Era.SESSION, Set.of("roots")))
        .isEqualTo(new ClientCapabilities.Stripped(params, List.of()));
    assertThat(ClientCapabilities.strip(params, Era.STATELESS, DENIED).params()).isEqualTo(params);
    var odd = object("{'capabilities':7}");
    assertThat(ClientCapabilities.strip(odd, Era.SESSION, DENIED).params()).isEqualTo(odd);
  }

  @Test
  void theResultOfInitializeSaysTheRevision() {
    assertThat(
            InitializeResult.of(
                object("{'protocolVersion':'2025-06-18','serverInfo':{'name':'s','version':'1'}}")))
        .satisfies(result -> {
          assertThat(result.revision()).contains(Revision.R2025_06_18);
          assertThat(result.server()).contains(new ClaimedName("s", "1"));
        });
    for (String version : List.of("'9999-01-01'", "'2026-07-28'", "7", "null")) {
      assertThat(InitializeResult.of(object("{'protocolVersion':" + version + "}")).revision())
          .isEmpty();
    }
    assertThat(InitializeResult.of(object("{}")).server()).isEmpty();
  }

  @Test
  void clientNamesAreClaimsAsTheyCame() {
    assertThat(
            ClaimedName.ofClient(object("{'clientInfo':{'name':'c','version':'2'}}"), Era.SESSION))
        .hasValueSatisfying(name -> assertThat(name).hasToString("c/2"));
    assertThat(
            ClaimedName.ofClient(
                object("{'_meta':{'io.modelcontextprotocol/clientInfo':{'name':'c\u00e9\\n'}}}"),
                Era.STATELESS))
        .hasValueSatisfying(name -> assertThat(name).hasToString("c\u00e9\n"));
    assertThat(ClaimedName.ofClient(object("{'clientInfo':{'name':7}}"), Era.SESSION)).isEmpty();
    assertThat(ClaimedName.ofClient(null, Era.STATELESS)).isEmpty();
  }
}
