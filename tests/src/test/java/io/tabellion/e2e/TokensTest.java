package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.IdentityProvider;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers with tokens, which a real Envoy verifies with a real JWKS. */
@Tag("envoy")
final class TokensTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  @TempDir private Path folder;

  @Test
  void onlyAGoodTokenCallsAndTheEntrySaysWhose() throws Exception {
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), false)) {
      for (Map.Entry<String, Request> bad : bad(stack).entrySet()) {
        Received refused = RawClient.send(stack.port(), bad.getValue(), PATIENCE);
        assertThat(refused.status()).as(bad.getKey()).isEqualTo(401);
        assertThat(refused.header("www-authenticate")).as(bad.getKey()).startsWith("Bearer ");
        assertThat(refused.body()).as(bad.getKey()).doesNotContain(McpTestServer.MARK);
      }
      assertThat(stack.mcp().journal()).isEmpty();
      Received good = stack.call("echo", "good", PATIENCE);
      assertThat(good.body()).contains(McpTestServer.MARK + " good");
      stack.stopServer();

      List<Trail.Entry> trail = Trail.read(stack.log());
      assertThat(calls(trail)).hasSize(2); // intent and outcome of the good one
      Trail.Entry intent = calls(trail).getFirst();
      assertThat(intent.text("identity")).isEqualTo("jwt");
      assertThat(intent.text("subject")).isEqualTo("alice");
      assertThat(intent.text("issuer")).isEqualTo(IdentityProvider.ISSUER);
      assertThat(intent.text("client_id")).isEqualTo("test-client");
      assertThat(intent.leaf().path("actors").toString()).isEqualTo("[\"agent-7\"]");
      assertThat(intent.leaf().path("groups").toString()).isEqualTo("[\"support\"]");
      assertThat(intent.leaf().path("scopes").toString()).isEqualTo("[\"mcp:read\",\"mcp:write\"]");
      assertThat(intent.leaf().has("workload")).isFalse();
      assertNoTokenIsKept(trail, stack);
    }
  }

  @Test
  void aSessionIsOfWhoBeganIt() throws Exception {
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), false)) {
      String session = begin(stack, "alice");
      Received foreign = call(stack, "bob", session, "taken");
      assertThat(foreign.status()).isEqualTo(404);
      assertThat(foreign.body()).doesNotContain(McpTestServer.MARK);
      Request listen = Request.listen().with("mcp-session-id", session).as(stack.token("bob"));
      assertThat(RawClient.send(stack.port(), listen, PATIENCE).status()).isEqualTo(404);
      Request delete = Request.delete().with("mcp-session-id", session).as(stack.token("bob"));
      assertThat(RawClient.send(stack.port(), delete, PATIENCE).status()).isEqualTo(404);
      assertThat(stack.mcp().journal()).hasSize(1); // initialize

      assertThat(call(stack, "alice", session, "own").body()).contains(McpTestServer.MARK + " own");
      stack.stopServer();
      stack.startServer(); // whose it is survives
      assertThat(call(stack, "bob", session, "taken").status()).isEqualTo(404);
      assertThat(call(stack, "alice", session, "later").body())
          .contains(McpTestServer.MARK + " later");
      stack.stopServer();

      List<Trail.Entry> refused =
          Trail.read(stack.log()).stream()
              .filter(entry -> entry.text("subject").equals("bob"))
              .toList();
      assertThat(refused).hasSize(4);
      assertThat(refused)
          .allMatch(entry -> entry.text("decision").equals("refused"))
          .allMatch(entry -> entry.text("detail").equals("the session of another principal"));
      assertThat(refused.toString()).doesNotContain(session);
    }
  }

  private static Map<String, Request> bad(Stack stack) {
    IdentityProvider ours = stack.tokens();
    Request call = Request.call("echo", "bad");
    String other = "https://other.example.test";
    Map<String, Request> bad = new LinkedHashMap<>();
    bad.put("none", call);
    bad.put("signature", call.as(new IdentityProvider().token("alice")));
    bad.put("issuer", call.as(ours.token(other, IdentityProvider.AUDIENCE, "alice", LIFETIME)));
    bad.put("audience", call.as(ours.token(IdentityProvider.ISSUER, other, "alice", LIFETIME)));
    bad.put(
        "expired",
        call.as(
            ours.token(
                IdentityProvider.ISSUER, IdentityProvider.AUDIENCE, "alice", LIFETIME.negated())));
    bad.put("cut", call.as(ours.token("alice").replaceFirst("\\.[^.]*$", "")));
    bad.put("none, by algorithm", call.as("eyJhbGciOiJub25lIn0" + claims(ours) + "."));
    bad.put("basic", call.with("authorization", "Basic YWxpY2U6c2VjcmV0"));
    return bad;
  }

  /** The claims of a good token, with the dot before them. */
  private static String claims(IdentityProvider tokens) {
    String token = tokens.token("alice");
    return token.substring(token.indexOf('.'), token.lastIndexOf('.'));
  }

  private static String begin(Stack stack, String subject) throws IOException {
    Request initialize = Request.initialize().as(stack.token(subject));
    Received hello = RawClient.send(stack.port(), initialize, PATIENCE);
    assertThat(hello.status()).isEqualTo(200);
    assertThat(hello.header("mcp-session-id")).isNotEmpty();
    return hello.header("mcp-session-id");
  }

  private static Received call(Stack stack, String subject, String session, String nonce)
      throws IOException {
    Request call =
        Request.callInSession("echo", nonce)
            .with("mcp-session-id", session)
            .with("mcp-protocol-version", "2025-11-25")
            .as(stack.token(subject));
    return RawClient.send(stack.port(), call, PATIENCE);
  }

  private static List<Trail.Entry> calls(List<Trail.Entry> trail) {
    return trail.stream().filter(entry -> entry.kind().startsWith("call.")).toList();
  }

  private static void assertNoTokenIsKept(List<Trail.Entry> trail, Stack stack) {
    String head = stack.token("alice").substring(0, 30);
    assertThat(trail.toString()).doesNotContain(head);
    assertThat(String.join("\n", stack.server().process().lines())).doesNotContain(head);
  }
}
