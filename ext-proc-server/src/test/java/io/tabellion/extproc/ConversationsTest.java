package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import io.tabellion.audit.Fact;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is one conversation where there is no session. */
@Tag("unit")
final class ConversationsTest {
  private static final IdentitySettings TOKENS =
      new IdentitySettings(
          new Jwt(Set.of("https://idp"), Set.of("us"), "groups"), null, null, false, Set.of());
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private LineFixture line;
  private int calls;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture(Limits.DEFAULTS, TOKENS, SessionOwners.NONE);
  }

  @AfterEach
  void end() {
    line.close();
  }

  /** Returns the conversation of a new call of alice's. */
  private String call(String address, String name, String... headers) throws Exception {
    String body =
        """
        {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{
        "io.modelcontextprotocol/protocolVersion":"2026-07-28",
        "io.modelcontextprotocol/clientInfo":{"name":"NAME","version":"1"},
        "io.modelcontextprotocol/clientCapabilities":{}}}}
        """
            .replace("NAME", name);
    String[] all = new String[headers.length + 8];
    String[] usual = {
      "content-type",
      "application/json",
      "mcp-protocol-version",
      "2026-07-28",
      "mcp-method",
      "tools/call",
      "mcp-name",
      "echo"
    };
    System.arraycopy(usual, 0, all, 0, usual.length);
    System.arraycopy(headers, 0, all, usual.length, headers.length);
    line.envoy()
        .open()
        .send(
            Stream.withTokenOf(
                "alice",
                Stream.requestHead(
                    "POST",
                    false,
                    Map.<String, Value>of("source.address", EnvoyPeer.text(address)),
                    all)))
        .requestBody(body, true)
        .forwarded();
    return Objects.requireNonNull(line.fact(calls++, Fact.CONVERSATION));
  }

  @Test
  void clientsOfOneCallerAreToldApartByNameProgramAndHost() throws Exception {
    String one = call("192.0.2.7:1", "desk", "user-agent", "python");
    assertThat(call("192.0.2.7:2", "desk", "user-agent", "python")).isEqualTo(one);
    assertThat(
            Set.of(
                one,
                call("192.0.2.7:1", "other", "user-agent", "python"),
                call("192.0.2.7:1", "desk", "user-agent", "node"),
                call("192.0.2.8:1", "desk", "user-agent", "python"),
                call("[2001:db8::1]:1", "desk", "user-agent", "python"),
                call("192.0.2.7:1", "desk")))
        .hasSize(6);
    assertThat(call("[2001:db8::1]:2", "desk", "user-agent", "python")).isNotEqualTo(one);
  }

  @Test
  void aTraceIsOneConversationWhereverItIsCalledFrom() throws Exception {
    String one = call("192.0.2.7:1", "desk", "traceparent", TRACE);
    assertThat(call("192.0.2.8:1", "desk", "traceparent", TRACE)).isEqualTo(one);
    assertThat(call("192.0.2.7:1", "desk")).isNotEqualTo(one);
  }
}
