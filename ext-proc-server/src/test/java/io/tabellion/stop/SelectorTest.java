package io.tabellion.stop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.identity.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stop matches, and what cannot be meant. */
@Tag("unit")
class SelectorTest {
  private static final Caller ALICE = caller("alice", "https://idp", List.of(), null, null);

  private static Caller caller(
      String subject,
      String issuer,
      List<String> actors,
      @Nullable String client,
      @Nullable String workload) {
    return new Caller(
        Caller.Source.JWT,
        subject,
        issuer,
        actors,
        client,
        List.of(),
        List.of(),
        workload,
        "192.0.2.7:1");
  }

  private static Selector principal(String name) {
    return Selector.of(name, "", "", "", false);
  }

  @Test
  void aPersonIsStoppedByNameAndNobodyElse() {
    assertThat(principal("alice").matches(ALICE, "crm", Set.of())).isTrue();
    assertThat(principal("ali*").matches(ALICE, "crm", Set.of())).isTrue();
    assertThat(principal("Alice").matches(ALICE, "crm", Set.of())).isFalse();
    assertThat(principal("alic").matches(ALICE, "crm", Set.of())).isFalse();
  }

  @Test
  void aPersonIsStoppedTogetherWithTheAgentsThatActForThem() {
    Caller through = caller("alice", "https://idp", List.of("agent-7", "agent-2"), null, null);

    assertThat(principal("alice").matches(through, "crm", Set.of())).isTrue();
    assertThat(principal("agent-7").matches(through, "crm", Set.of())).isTrue();
    assertThat(principal("agent-2").matches(through, "crm", Set.of())).isTrue();
    assertThat(principal("agent-7").matches(ALICE, "crm", Set.of())).isFalse();
  }

  @Test
  void aWorkloadAndAClientArePrincipalsToo() {
    Caller agent = caller("alice", "https://idp", List.of(), "client-1", "spiffe://corp/agent");

    assertThat(principal("spiffe://corp/*").matches(agent, "crm", Set.of())).isTrue();
    assertThat(principal("client-1").matches(agent, "crm", Set.of())).isTrue();
  }

  @Test
  void anIssuerTellsTwoOfOneNameApart() {
    Selector stopped = Selector.of("alice", "https://idp", "", "", false);

    assertThat(stopped.matches(ALICE, "crm", Set.of())).isTrue();
    Caller other = caller("alice", "https://other", List.of(), null, null);
    assertThat(stopped.matches(other, "crm", Set.of())).isFalse();
  }

  @Test
  void ofWhomNothingIsVerifiedNoPrincipalIsStopped() {
    Caller nobody = Caller.anonymous("192.0.2.7:1");

    assertThat(principal("*").matches(nobody, "crm", Set.of())).isFalse();
    assertThat(Selector.of("", "", "crm", "", false).matches(nobody, "crm", Set.of())).isTrue();
  }

  @Test
  void aServerIsStoppedForAllMessagesAndAToolForItsCalls() {
    Selector server = Selector.of("", "", "crm-*", "", false);
    Selector tool = Selector.of("", "", "", "delete_*", false);

    assertThat(server.matches(ALICE, "crm-eu", Set.of())).isTrue();
    assertThat(server.matches(ALICE, "wiki", Set.of("delete_all"))).isFalse();
    assertThat(tool.matches(ALICE, "wiki", Set.of("delete_all"))).isTrue();
    assertThat(tool.matches(ALICE, "wiki", Set.of("get", "delete_all"))).isTrue();
    assertThat(tool.matches(ALICE, "wiki", Set.of("get"))).isFalse();
    assertThat(tool.matches(ALICE, "wiki", Set.of())).isFalse();
  }

  @Test
  void allPartsMustMatch() {
    Selector stopped = Selector.of("alice", "", "crm", "delete", false);

    assertThat(stopped.matches(ALICE, "crm", Set.of("delete"))).isTrue();
    assertThat(stopped.matches(ALICE, "wiki", Set.of("delete"))).isFalse();
    assertThat(stopped.matches(ALICE, "crm", Set.of("get"))).isFalse();
    assertThat(
            stopped.matches(
                caller("bob", "https://idp", List.of(), null, null), "crm", Set.of("delete")))
        .isFalse();
  }

  @Test
  void allIsEverybodyAndEverything() {
    Selector all = Selector.of("", "", "", "", true);

    assertThat(all).isEqualTo(Selector.ALL);
    assertThat(all.matches(Caller.anonymous(null), "", Set.of())).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', '', false, selector",
    "'', 'https://idp', '', '', false, issuer",
    "alice, '', '', '', true, all",
    "'[a]', '', '', '', false, principal",
    "'', '', 'a{b}', '', false, server",
    "'', '', '', ' delete', false, tool",
  })
  void whatCannotBeMeantIsRefusedByName(
      String principal, String issuer, String server, String tool, boolean all, String part) {
    assertThatThrownBy(() -> Selector.of(principal, issuer, server, tool, all))
        .isInstanceOfSatisfying(
            Selector.WrongException.class, e -> assertThat(e.part()).isEqualTo(part));
  }

  @Test
  void theFactSaysAllOfIt() {
    for (Selector selector :
        List.of(
            Selector.ALL,
            principal("a=b"),
            Selector.of("alice", "https://idp", "crm", "delete_\\*", false))) {
      assertThat(Selector.parse(selector.lines())).isEqualTo(selector);
    }
    assertThat(Selector.ALL.lines()).containsExactly("all");
    assertThatThrownBy(() -> Selector.parse(List.of("moon=full", "tool=x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Selector.parse(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStopHoldsUntilItsTimeAndLongerIfTheClockIsSetBack() {
    Instant set = Instant.parse("2026-11-24T08:00:00Z");
    Instant end = set.plusSeconds(3600);
    Stop stop = new Stop("id", Selector.ALL, "why", "ops", set, end);
    InForce stops = InForce.NONE.with(stop);

    assertThat(stops.find(ALICE, "crm", Set.of(), end.minusNanos(1))).isEqualTo(stop);
    assertThat(stops.find(ALICE, "crm", Set.of(), end)).isNull();
    assertThat(stops.find(ALICE, "crm", Set.of(), set.minusSeconds(86_400))).isEqualTo(stop);
    assertThat(new Stop("id", Selector.ALL, "why", "ops", set, null).holds(Instant.MAX)).isTrue();
  }
}
