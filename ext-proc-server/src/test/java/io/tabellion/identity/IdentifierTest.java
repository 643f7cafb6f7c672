package io.tabellion.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.identity.Evidence.Certificate;
import io.tabellion.identity.Identification.Known;
import io.tabellion.identity.Identification.Reason;
import io.tabellion.identity.Identification.Refused;
import io.tabellion.identity.IdentitySettings.Certificates;
import io.tabellion.identity.IdentitySettings.IstioPeer;
import io.tabellion.identity.IdentitySettings.Jwt;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class IdentifierTest {
  private static final String ALICE = "spiffe://corp/ns/a/sa/alice";
  private static final String GATEWAY = "spiffe://corp/ns/gw/sa/gateway";
  private static final IdentitySettings ALL =
      new IdentitySettings(
          new Jwt(Set.of("https://idp"), Set.of("us"), "groups"),
          new Certificates(Set.of("corp"), false),
          new IstioPeer(Set.of("corp")),
          false,
          Set.of(GATEWAY));
  private static final Map<String, Object> TOKEN =
      Map.of(
          "iss", "https://idp",
          "aud", List.of("them", "us"),
          "sub", "alice",
          "azp", "agent",
          "scope", "read  write",
          "groups", List.of("a", 1.0, "b"),
          "act", Map.of("sub", "bot", "act", Map.of("sub", "orchestrator")));

  private static Identification of(IdentitySettings settings, Evidence evidence) {
    return new Identifier(settings).identify(evidence);
  }

  private static Evidence token(Map<String, Object> claims) {
    return new Evidence(claims, null, null, "192.0.2.1:5");
  }

  private static Evidence certificate(@Nullable Boolean valid, String... uris) {
    return new Evidence(
        null, new Certificate(valid, List.of(uris), List.of("host"), "CN=host"), null, null);
  }

  private static Map<String, Object> without(String claim) {
    var claims = new java.util.HashMap<>(TOKEN);
    claims.remove(claim);
    return claims;
  }

  private static Map<String, Object> with(String claim, Object value) {
    var claims = new java.util.HashMap<>(TOKEN);
    claims.put(claim, value);
    return claims;
  }

  private static void refused(Identification who, Reason reason) {
    assertThat(who).isEqualTo(new Refused(reason));
  }

  @Test
  void tokenTellsSubjectActorsClientGroupsAndScopesApart() {
    assertThat(of(ALL, token(TOKEN)))
        .isEqualTo(
            new Known(
                new Caller(
                    Caller.Source.JWT,
                    "alice",
                    "https://idp",
                    List.of("bot", "orchestrator"),
                    "agent",
                    List.of("a", "b"),
                    List.of("read", "write"),
                    null,
                    "192.0.2.1:5")));
  }

  @Test
  void tokenOfAnotherIssuerOrForAnotherAudienceIsRefused() {
    refused(of(ALL, token(with("iss", "https://evil"))), Reason.ISSUER);
    refused(of(ALL, token(without("iss"))), Reason.ISSUER);
    refused(of(ALL, token(with("aud", "them"))), Reason.AUDIENCE);
    refused(of(ALL, token(without("aud"))), Reason.AUDIENCE);
    refused(of(ALL, token(without("sub"))), Reason.CLAIMS);
    refused(of(ALL, token(with("act", "bot"))), Reason.CLAIMS);
    refused(of(ALL, token(with("act", Map.of("act", Map.of("sub", "x"))))), Reason.CLAIMS);
  }

  @Test
  void theConfiguredClaimNamesTheCaller() {
    var byOid = new IdentitySettings(jwt("oid"), null, null, false, Set.of());
    assertThat(of(byOid, token(with("oid", "1-2-3"))))
        .isInstanceOfSatisfying(
            Known.class, known -> assertThat(known.caller().subject()).isEqualTo("1-2-3"));
    refused(of(byOid, token(TOKEN)), Reason.CLAIMS);

    var byEmail = new IdentitySettings(jwt("email"), null, null, false, Set.of());
    var claims = new java.util.HashMap<>(with("email", "alice@example.com"));
    refused(of(byEmail, token(claims)), Reason.CLAIMS);
    claims.put("email_verified", "true");
    refused(of(byEmail, token(claims)), Reason.CLAIMS);
    claims.put("email_verified", true);
    assertThat(of(byEmail, token(claims))).isInstanceOf(Known.class);
  }

  private static Jwt jwt(String subjectClaim) {
    return new Jwt(Set.of("https://idp"), Set.of("us"), null, subjectClaim);
  }

  @Test
  void refusedTokenIsNotMadeUpForByACertificate() {
    var both =
        new Evidence(
            with("iss", "https://evil"),
            new Certificate(true, List.of(ALICE), List.of(), null),
            null,
            null);
    refused(of(ALL, both), Reason.ISSUER);
  }

  @Test
  void certificateBesideATokenIsTheWorkload() {
    var both =
        new Evidence(TOKEN, new Certificate(true, List.of(ALICE), List.of(), null), null, null);
    assertThat(of(ALL, both))
        .isInstanceOfSatisfying(
            Known.class, known -> assertThat(known.caller().workload()).isEqualTo(ALICE));
    var gateway =
        new Evidence(TOKEN, new Certificate(true, List.of(GATEWAY), List.of(), null), null, null);
    assertThat(of(ALL, gateway))
        .isInstanceOfSatisfying(
            Known.class, known -> assertThat(known.caller().workload()).isNull());
  }

  @Test
  void certificateCountsOnlyWhereItsValidityIsKnown() {
    assertThat(of(ALL, certificate(true, ALICE))).isInstanceOf(Known.class);
    refused(of(ALL, certificate(false, ALICE)), Reason.CERTIFICATE_UNVERIFIED);
    refused(of(ALL, certificate(null, ALICE)), Reason.CERTIFICATE_UNVERIFIED);
    var declared =
        new IdentitySettings(null, new Certificates(Set.of("corp"), true), null, false, Set.of());
    assertThat(of(declared, certificate(null, ALICE))).isInstanceOf(Known.class);
    // What Envoy says of a resumed session.
    assertThat(of(declared, certificate(false, ALICE))).isInstanceOf(Known.class);
  }

  @Test
  void certificateOfAnotherDomainOrWithTwoIdentitiesIsRefused() {
    refused(of(ALL, certificate(true, "spiffe://evil/x")), Reason.TRUST_DOMAIN);
    refused(of(ALL, certificate(true)), Reason.TRUST_DOMAIN);
    refused(of(ALL, certificate(true, ALICE, "spiffe://corp/b")), Reason.TRUST_DOMAIN);
    refused(of(ALL, certificate(true, "spiffe://corp.evil/x")), Reason.TRUST_DOMAIN);
  }

  @Test
  void gatewayIsNeverACaller() {
    refused(of(ALL, certificate(true, GATEWAY)), Reason.HOP);
    var mesh = new Evidence(null, null, GATEWAY.substring("spiffe://".length()), null);
    refused(of(ALL, mesh), Reason.HOP);
  }

  @Test
  void meshPeerIsACallerOfItsDomain() {
    var mesh = new Evidence(null, null, ALICE, null);
    assertThat(of(ALL, mesh))
        .isInstanceOfSatisfying(
            Known.class,
            known -> {
              assertThat(known.caller().source()).isEqualTo(Caller.Source.ISTIO_PEER);
              assertThat(known.caller().issuer()).isEqualTo("corp");
            });
    refused(of(ALL, new Evidence(null, null, "spiffe://evil/x", null)), Reason.TRUST_DOMAIN);
  }

  @Test
  void sourcesThatAreNotNamedCountForNothing() {
    var tokens = new IdentitySettings(ALL.jwt(), null, null, false, Set.of());
    refused(of(tokens, certificate(true, ALICE)), Reason.NOTHING_VERIFIED);
    refused(of(IdentitySettings.NOBODY, token(TOKEN)), Reason.NOTHING_VERIFIED);
    assertThat(of(IdentitySettings.ANONYMOUS, token(TOKEN)))
        .isEqualTo(new Known(Caller.anonymous("192.0.2.1:5")));
  }

  @Test
  void noTwoCallersHaveOnePrincipal() {
    var one = caller("a\nb", null);
    var other = caller("a", "b");
    assertThat(one.principal()).isNotEqualTo(other.principal());
    assertThat(caller("a", "").principal()).isNotEqualTo(caller("a", null).principal());
    assertThat(caller("a", "b").principal()).isEqualTo(other.principal());
  }

  private static Caller caller(String subject, @Nullable String client) {
    return new Caller(
        Caller.Source.JWT, subject, "i", List.of(), client, List.of(), List.of(), null, null);
  }
}
