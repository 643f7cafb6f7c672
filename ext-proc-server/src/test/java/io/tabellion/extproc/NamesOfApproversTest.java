package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Person;
import io.tabellion.audit.Fact;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.trail.recall.RecallApprovals;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** People who are known by several names. */
@Tag("unit")
final class NamesOfApproversTest extends Asking {
  private static final String RULES =
      """
      - {id: all, match: {}, then: allow}
      - id: large
        match: {tools: [refund]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups", ttl: 10m}
      - id: two
        match: {tools: [wire]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups", quorum: 2}
      """;

  NamesOfApproversTest() {
    super(RULES, PATIENT);
  }

  private static Person signedIn(String issuer, String subject, String... names) {
    return new Person(subject, issuer, Set.of(names), List.of("finance"), "oidc");
  }

  @Test
  void nobodyDecidesAboutTheirOwnCallUnderAnyOfTheirNames() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = pending();
    List<Person> herself =
        List.of(
            signedIn("https://idp", "alice"),
            signedIn("https://other", "alice"),
            signedIn("https://idp", "00u1", "alice"),
            signedIn("https://idp", "00u1", "a@example.com", "ALICE"));
    for (Person alice : herself) {
      assertThatThrownBy(() -> approve(alice, request))
          .as(alice.toString())
          .hasMessageContaining("nobody decides about a call of their own");
      assertThat(request.mayDecide(alice)).isFalse();
    }
    assertThat(stream.silent()).isTrue();
    assertThat(approve(signedIn("https://idp", "00u2", "bob"), request).state())
        .isEqualTo(ApprovalState.APPROVED);
    stream.cancel();
  }

  @Test
  void onePersonWhoSignsInInTwoWaysCountsOnceAlsoAfterARestart() throws Exception {
    Stream stream = sent("alice", call(1, "wire", "{}"));
    ApprovalRequest request = pending();
    approve(signedIn("https://idp", "00u1", "carol@example.com", "carol"), request);
    assertThatThrownBy(() -> approve(CAROL, request)).hasMessageContaining("approved it already");
    assertThatThrownBy(() -> approve(signedIn("https://b", "77", "Carol@Example.com"), request))
        .hasMessageContaining("approved it already");

    ApprovalRequest recalled =
        RecallApprovals.of(line.entries(2), line.policy()).requests().getFirst();
    assertThat(recalled.hasVoteOf(CAROL)).isTrue();
    assertThat(recalled.hasVoteOf(signedIn("https://b", "77", "Carol@Example.com"))).isTrue();
    assertThat(recalled.hasVoteOf(DAVE)).isFalse();
    assertThat(line.fact(1, Fact.APPROVER_ISSUER)).isEqualTo("https://idp");
    assertThat(line.entries(2).get(1).leaf().facts().texts(Fact.APPROVER_NAMES))
        .containsExactly("carol", "carol@example.com");
    stream.cancel();
  }
}
