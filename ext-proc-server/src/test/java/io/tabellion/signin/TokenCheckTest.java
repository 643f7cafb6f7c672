package io.tabellion.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.TestIssuer;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.trail.TrailException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose token is let in, and as whom. */
@Tag("unit")
class TokenCheckTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private final ManualClock clock = new ManualClock(NOW);

  @SuppressWarnings("NullAway.Init") // before each test
  private TestIssuer issuer;

  @SuppressWarnings("NullAway.Init") // before each test
  private SignIn signIn;

  @BeforeEach
  void start() throws Exception {
    issuer = new TestIssuer(clock);
    signIn = signIn("sub", "groups");
  }

  @AfterEach
  void stop() {
    signIn.close();
    issuer.close();
  }

  private SignIn signIn(String subject, String groups) {
    return new SignIn(
        List.of(),
        List.of(
            new OidcSettings(
                issuer.name(),
                Set.of("tabellion", "tabellion-cli"),
                new OidcSettings.Keys.Discovered(),
                null,
                subject,
                groups,
                Map.of(
                    Role.APPROVER,
                    Set.of("finance"),
                    Role.AUDITOR,
                    Set.of("audit"),
                    Role.ADMIN,
                    Set.of("root")))),
        clock);
  }

  private void use(String subject, String groups) {
    signIn.close();
    signIn = signIn(subject, groups);
  }

  private Reader in(String token) throws InterruptedException {
    return signIn.bearer(token);
  }

  private Reader in(Consumer<JWTClaimsSet.Builder> change) throws InterruptedException {
    return in(issuer.token(changed(change)));
  }

  private JWTClaimsSet.Builder changed(Consumer<JWTClaimsSet.Builder> change) {
    JWTClaimsSet.Builder claims = issuer.claims("carol", "finance");
    change.accept(claims);
    return claims;
  }

  private void refuses(String token, TrailException.Code code, String message) {
    assertThatThrownBy(() -> in(token))
        .isInstanceOfSatisfying(TrailException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message)
        .hasMessageNotContaining(token)
        .hasMessageNotContaining(token.substring(token.length() - 20));
  }

  private void refuses(String token, String message) {
    refuses(token, TrailException.Code.UNAUTHENTICATED, message);
  }

  private void refuses(Consumer<JWTClaimsSet.Builder> change, String message) {
    refuses(issuer.token(changed(change)), message);
  }

  @Test
  void aPersonIsNamedBySubjectAndIssuer() throws Exception {
    Reader carol = in(_ -> {});
    assertThat(carol.name()).isEqualTo("carol (" + issuer.name() + ")");
    assertThat(carol.roles()).containsExactly(Role.APPROVER);
    assertThat(carol.person().subject()).isEqualTo("carol");
    assertThat(carol.person().issuer()).isEqualTo(issuer.name());
    assertThat(carol.person().groups()).containsExactly("finance");
    assertThat(carol.person().channel()).isEqualTo("oidc");
    assertThat(carol.expires()).isEqualTo(NOW.plusSeconds(330));
  }

  @Test
  void everyKindOfKeySigns() throws Exception {
    for (JWK key : List.of(TestIssuer.rsa("r"), TestIssuer.curve("c"), TestIssuer.edwards("e"))) {
      issuer.keys(key);
      clock.advance(Duration.ofSeconds(30));
      assertThat(in(_ -> {}).person().subject()).isEqualTo("carol");
    }
    JWSHeader named = new JWSHeader.Builder(JWSAlgorithm.PS384).keyID("r").build();
    issuer.keys(TestIssuer.rsa("r"));
    clock.advance(Duration.ofSeconds(30));
    use("sub", "groups");
    assertThat(in(TestIssuer.token(issuer.key(), named, issuer.claims("carol", "finance"))))
        .isNotNull();
  }

  @Test
  void unsignedAndSymmetricTokensAreRefused() throws Exception {
    JWTClaimsSet claims = issuer.claims("carol", "root").build();
    refuses(new PlainJWT(claims).serialize(), "not a signed token");
    SignedJWT shared =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), claims);
    // The classic confusion: the public key, which everybody has, as the shared secret.
    shared.sign(new MACSigner(issuer.key().toRSAKey().toPublicKey().getEncoded()));
    refuses(shared.serialize(), "alg: not allowed");
  }

  @Test
  void aTokenThatWasChangedIsRefused() {
    String[] good = issuer.token(issuer.claims("carol", "finance")).split("\\.", -1);
    String[] other = issuer.token(issuer.claims("carol", "root")).split("\\.", -1);
    refuses(good[0] + "." + other[1] + "." + good[2], "not signed by a key of");
    refuses(good[0] + "." + good[1] + ".", "not a signed token");
    String stranger = TestIssuer.token(TestIssuer.rsa("first"), issuer.claims("carol", "root"));
    refuses(stranger, "not signed by a key of");
  }

  @Test
  void aKeyInTheTokenItselfCountsForNothing() {
    JWK own = TestIssuer.rsa("own");
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .jwk(own.toPublicJWK())
            .jwkURL(java.net.URI.create("https://evil.example/keys"))
            .build();
    refuses(
        TestIssuer.token(own, header, issuer.claims("carol", "root")), "not signed by a key of");
  }

  @Test
  void onlyIdTokensAndAccessTokensCount() throws Exception {
    for (String type : List.of("JWT", "jwt", "at+jwt", "application/at+jwt")) {
      assertThat(in(typed(type))).as(type).isNotNull();
    }
    for (String type : List.of("dpop+jwt", "logout+jwt", "secevent+jwt", "refresh", "at+jwt2")) {
      refuses(typed(type), "typ: another kind of token");
    }
  }

  private String typed(String type) {
    return TestIssuer.token(issuer.key(), type, issuer.claims("carol", "finance"));
  }

  @Test
  void anExtensionThatMustBeUnderstoodIsRefused() {
    JWSHeader header =
        TestIssuer.header(issuer.key()).criticalParams(Set.of("x")).customParam("x", 1).build();
    refuses(
        TestIssuer.token(issuer.key(), header, issuer.claims("carol", "finance")), "crit: there");
  }

  @Test
  void issuerAndAudienceAreExact() throws Exception {
    refuses(claims -> claims.issuer(issuer.name() + "/"), "iss: unknown");
    refuses(claims -> claims.issuer(null), "iss: unknown");
    refuses(claims -> claims.audience("Tabellion"), "aud: for somebody else");
    refuses(claims -> claims.audience((String) null), "aud: for somebody else");
    refuses(claims -> claims.audience(List.of()), "aud: for somebody else");
    assertThat(in(claims -> claims.audience(List.of("other", "tabellion-cli")))).isNotNull();
  }

  @Test
  void timesAreCheckedWithHalfAMinuteToSpare() throws Exception {
    in(_ -> {});
    in(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(29))));
    refuses(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(30))), "exp: over since");
    refuses(claims -> claims.expirationTime(null), "exp: not there");
    refuses(claims -> claims.claim("exp", "tomorrow"), "exp: not there");
    in(claims -> claims.issueTime(Date.from(NOW.plusSeconds(30))));
    refuses(claims -> claims.issueTime(Date.from(NOW.plusSeconds(31))), "is not yet");
    refuses(claims -> claims.issueTime(null), "iat: not there");
    in(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(30))));
    refuses(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(31))), "nbf: not yet");
    refuses(claims -> claims.claim("nbf", "soon"), "nbf: not yet");
  }

  @Test
  void aTokenOfAnAgentOrOneThatNeedsAProofIsRefused() {
    refuses(claims -> claims.claim("act", Map.of("sub", "agent-7")), "act: somebody acts for");
    refuses(claims -> claims.claim("cnf", Map.of("jkt", "abc")), "cnf: bound to a key");
    refuses(claims -> claims.claim("events", Map.of("logout", Map.of())), "events: a notice");
  }

  @Test
  void aProgramMayReadAndNeverDecide() throws Exception {
    String own =
        issuer.token(
            issuer.claims("robot", "audit", "finance", "root").claim("client_id", "robot"));
    assertThat(in(own).roles()).containsExactly(Role.AUDITOR);
    refuses(
        issuer.token(issuer.claims("robot", "finance").claim("azp", "robot")),
        TrailException.Code.DENIED,
        "a program's token is given neither approver nor admin");
  }

  /** The subject of such a token is not the client: each provider says it in another way. */
  @Test
  void programsOfKnownProvidersAreKnown() {
    String id = "6b1a2f0e-0000-4000-8000-000000000001";
    for (JWTClaimsSet.Builder own :
        List.of(
            issuer
                .claims(id, "finance")
                .claim("azp", "Billing")
                .claim("preferred_username", "service-account-billing"),
            issuer.claims("billing@clients", "finance").claim("azp", "billing"),
            issuer.claims("0oa1", "finance").claim("cid", "0oa1"),
            issuer.claims(id, "finance").claim("azp", "app").claim("oid", id).claim("tid", "t"))) {
      refuses(
          issuer.token(own),
          TrailException.Code.DENIED,
          "a program's token is given neither approver nor admin");
    }
  }

  @Test
  void aPersonWhoUsesAClientIsNoProgram() throws Exception {
    String id = "6b1a2f0e-0000-4000-8000-000000000001";
    for (JWTClaimsSet.Builder persons :
        List.of(
            issuer
                .claims(id, "finance")
                .claim("azp", "billing")
                .claim("preferred_username", "carol"),
            issuer.claims("carol", "finance").claim("cid", "0oa1"),
            issuer.claims("pairwise", "finance").claim("oid", id).claim("tid", "t"))) {
      assertThat(in(issuer.token(persons)).roles()).containsExactly(Role.APPROVER);
    }
  }

  @Test
  void rolesAddUp() throws Exception {
    assertThat(in(issuer.token(issuer.claims("carol", "x", "audit", "finance"))).roles())
        .containsExactlyInAnyOrder(Role.AUDITOR, Role.APPROVER);
  }

  @Test
  void whoIsInNoGroupWithARoleIsToldTheirOwnGroupsOnly() {
    assertThatThrownBy(() -> in(issuer.token(issuer.claims("dave", "kitchen", "garden"))))
        .hasMessageContaining("dave (" + issuer.name() + ")")
        .hasMessageContaining("no role for the groups: kitchen, garden")
        .hasMessageNotContaining("finance");
    refuses(
        issuer.token(issuer.claims("dave")),
        TrailException.Code.DENIED,
        "none in the claim groups");
  }

  @Test
  void groupsMayStandDeeper() throws Exception {
    use("sub", "/realm_access/roles");
    assertThat(
            in(issuer.token(
                    issuer
                        .claims("carol")
                        .claim("realm_access", Map.of("roles", List.of("finance", 7)))))
                .person()
                .groups())
        .containsExactly("finance");
    use("sub", "https://example.com/groups");
    assertThat(
            in(claims -> claims.claim("https://example.com/groups", "finance")).person().groups())
        .containsExactly("finance");
  }

  @Test
  void anEmailAddressNamesAPersonOnlyIfItIsVerified() throws Exception {
    use("email", "groups");
    Reader carol =
        in(claims -> claims.claim("email", "carol@example.com").claim("email_verified", true));
    assertThat(carol.person().subject()).isEqualTo("carol@example.com");
    assertThat(carol.person().names()).contains("carol", "carol@example.com");
    refuses(claims -> claims.claim("email", "carol@example.com"), "email_verified: not true");
    refuses(
        claims -> claims.claim("email", "carol@example.com").claim("email_verified", "true"),
        "email_verified: not true");
    refuses(_ -> {}, "email: not there");
  }

  @Test
  void everyNameOfThePersonIsKnown() throws Exception {
    assertThat(
            in(claims ->
                    claims
                        .claim("email", "c@example.com")
                        .claim("preferred_username", "caro")
                        .claim("oid", "1-2-3"))
                .person()
                .names())
        .containsExactlyInAnyOrder("carol", "c@example.com", "caro", "1-2-3");
  }

  @Test
  void namesThatCannotBeShownAreRefused() {
    refuses(claims -> claims.subject("car\nol"), "sub: not there");
    refuses(claims -> claims.subject("x".repeat(256)), "sub: not there");
    refuses(claims -> claims.subject(""), "sub: not there");
    refuses(claims -> claims.subject("carol\u202e"), "sub: not there");
  }

  @Test
  void whatIsNoTokenIsRefused() throws JOSEException {
    refuses("eyJhbGciOiJSUzI1NiJ9.e30.!!!!!!!!!!", "iss: unknown");
    refuses("eyJ.a.b-0123456789012345678901", "not a signed token");
    refuses(issuer.token(issuer.claims("carol").claim("x", "y".repeat(12_000))), "at most 12000");
    String twice = TestIssuer.raw(issuer.key(), "{\"iss\":\"a\",\"iss\":\"b\"}");
    refuses(twice, "not a signed token");
  }
}
