package io.tabellion.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.TestIssuer;
import io.tabellion.testing.TestIssuer.Mood;
import io.tabellion.trail.Role;
import io.tabellion.trail.TrailException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys of an issuer that changes them, hangs, lies, and goes down. */
@Tag("unit")
class IssuerKeysTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-30T12:00:00Z"));
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private TestIssuer issuer;

  @SuppressWarnings("NullAway.Init") // before each test
  private Fetch fetch;

  @SuppressWarnings("NullAway.Init") // before each test
  private IssuerKeys keys;

  @SuppressWarnings("NullAway.Init") // before each test
  private TokenCheck check;

  @BeforeEach
  void start() throws Exception {
    issuer = new TestIssuer(clock);
    fetch = new Fetch(null, SHORT);
    use(new OidcSettings.Keys.Discovered());
  }

  @AfterEach
  void stop() {
    fetch.close();
    issuer.close();
  }

  private void use(OidcSettings.Keys where) {
    OidcSettings settings =
        new OidcSettings(
            issuer.name(),
            Set.of("tabellion"),
            where,
            null,
            "sub",
            "groups",
            Map.of(Role.APPROVER, Set.of("finance")));
    keys = new IssuerKeys(settings, fetch, clock);
    check = new TokenCheck(settings, keys, clock);
  }

  private String token() {
    return issuer.token(issuer.claims("carol", "finance"));
  }

  private Claims check(String token) throws InterruptedException {
    return check.bearer(TokenCheck.read(token));
  }

  private void assertUnavailable(String token, String... why) {
    assertThatThrownBy(() -> check(token))
        .isInstanceOfSatisfying(
            TrailException.class,
            e -> {
              assertThat(e.code()).isEqualTo(TrailException.Code.UNAVAILABLE);
              assertThat(e).hasMessageContaining("keys of " + issuer.name());
              for (String part : why) {
                assertThat(e).hasMessageContaining(part);
              }
            });
  }

  private void assertNotSigned(String token) {
    assertThatThrownBy(() -> check(token))
        .isInstanceOfSatisfying(
            TrailException.class,
            e -> assertThat(e.code()).isEqualTo(TrailException.Code.UNAUTHENTICATED))
        .hasMessageContaining("not signed by a key of");
  }

  @Test
  void keysAreFoundByTheMetadata() throws Exception {
    assertThat(check(token()).subject()).isEqualTo("carol");
    assertThat(check(token()).subject()).isEqualTo("carol");
    assertThat(issuer.keyRequests()).isEqualTo(1);
    assertThat(keys.ready()).isTrue();
    assertThat(keys.failed()).isFalse();
  }

  @Test
  void keysAreAtAnAddressOrInAFile() throws Exception {
    use(new OidcSettings.Keys.At(URI.create(issuer.keysAt())));
    assertThat(check(token()).subject()).isEqualTo("carol");
    Path file = folder.resolve("keys.json");
    Files.writeString(file, new JWKSet(issuer.key()).toString());
    use(new OidcSettings.Keys.In(file));
    assertThat(check(token()).subject()).isEqualTo("carol");
    JWK second = TestIssuer.curve("second");
    issuer.keys(second);
    Files.writeString(file, new JWKSet(second).toString());
    clock.advance(Duration.ofSeconds(30));
    assertThat(check(token()).subject()).as("the file was read again").isEqualTo("carol");
  }

  @Test
  void anUnknownKeyHasThemGotAnewButNotOften() throws Exception {
    check(token());
    JWK first = issuer.key();
    issuer.keys(TestIssuer.rsa("second"));
    assertNotSigned(token());
    assertThat(issuer.keyRequests()).as("within 30 s").isEqualTo(1);
    clock.advance(Duration.ofSeconds(30));
    assertThat(check(token()).subject()).isEqualTo("carol");
    assertThat(issuer.keyRequests()).isEqualTo(2);
    String old = TestIssuer.token(first, issuer.claims("carol", "finance"));
    for (int i = 0; i < 50; i++) {
      assertNotSigned(old);
    }
    assertThat(issuer.keyRequests()).as("a storm of a withdrawn key").isEqualTo(2);
  }

  @Test
  void manyWhoWaitForKeysCauseOneRequest() throws Exception {
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      String token = token();
      Callable<Claims> one = () -> check(token);
      List<Future<Claims>> all = many.invokeAll(Stream.generate(() -> one).limit(40).toList());
      for (Future<Claims> each : all) {
        assertThat(each.get().subject()).isEqualTo("carol");
      }
    }
    assertThat(issuer.keyRequests()).isEqualTo(1);
  }

  @Test
  void theLastKeysAreUsedForTwelveHoursWhileTheIssuerIsDown() throws Exception {
    check(token());
    issuer.mood(Mood.FAILS);
    clock.advance(IssuerKeys.ANEW);
    keys.renew();
    assertThat(keys.failed()).isTrue();
    assertThat(keys.ready()).isTrue();
    clock.advance(IssuerKeys.LAST.minus(IssuerKeys.ANEW).minusSeconds(1));
    assertThat(check(token()).subject()).isEqualTo("carol");
    clock.advance(Duration.ofSeconds(1));
    assertUnavailable(token(), "status 500");
    assertThat(keys.ready()).isFalse();
    issuer.mood(Mood.WELL);
    assertUnavailable(token(), "status 500");
    clock.advance(IssuerKeys.AGAIN);
    assertThat(check(token()).subject()).isEqualTo("carol");
    assertThat(keys.failed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(value = Mood.class, mode = EnumSource.Mode.EXCLUDE, names = "WELL")
  void whatIsNoGoodAnswerBringsNoKeys(Mood mood) {
    issuer.mood(mood);
    assertUnavailable(
        token(),
        switch (mood) {
          case HANGS, DRIPS -> "";
          case FAILS -> "status 500";
          case LIES -> "issuer: another in its metadata";
          case MISLEADS -> "jwks_uri: cannot be used";
          case REDIRECTS -> "a redirect";
          case BABBLES -> "not a JSON object";
          case FLOODS -> "";
          case WELL -> throw new AssertionError(mood);
        });
    assertThat(keys.failed()).isTrue();
    assertThat(issuer.keyRequests()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mood.class,
      names = {"HANGS", "DRIPS", "FAILS", "REDIRECTS", "BABBLES", "FLOODS"})
  void aKeySetThatIsNoneLeavesTheLastOnes(Mood mood) throws Exception {
    use(new OidcSettings.Keys.At(URI.create(issuer.keysAt())));
    check(token());
    issuer.mood(mood);
    clock.advance(IssuerKeys.ANEW);
    keys.renew();
    assertThat(keys.failed()).isTrue();
    assertThat(check(token()).subject()).isEqualTo("carol");
  }

  @Test
  void anIssuerThatIsNotThereIsSaid() {
    String token = token();
    issuer.close();
    assertUnavailable(token);
  }

  @Test
  void aClockThatGoesBackKeepsNoKeysForLonger() throws Exception {
    clock.advance(Duration.ofHours(5));
    check(token());
    clock.advance(Duration.ofHours(-5));
    issuer.keys(TestIssuer.rsa("second"));
    assertThat(check(token()).subject()).isEqualTo("carol");
    issuer.mood(Mood.FAILS);
    clock.advance(IssuerKeys.LAST);
    assertUnavailable(token(), "status 500");
  }

  @Test
  void keysThatCannotBeUsedAreLeftOut() throws Exception {
    JWK weak = TestIssuer.rsa("weak", 1024);
    issuer.keys(weak, TestIssuer.curve("good"));
    assertThat(check(token()).subject()).isEqualTo("carol");
    assertNotSigned(TestIssuer.token(weak, issuer.claims("carol", "finance")));
  }

  @Test
  void aTokenThatNamesNoKeyIsCheckedWhereOneKeyAloneFits() throws Exception {
    JWK named = issuer.key();
    JWK unnamed = TestIssuer.unnamed(named);
    String token = TestIssuer.token(unnamed, issuer.claims("carol", "finance"));
    assertThat(check(token).subject()).isEqualTo("carol");
    issuer.keys(TestIssuer.rsa("second"), named);
    clock.advance(IssuerKeys.ANEW);
    keys.renew();
    assertNotSigned(TestIssuer.token(unnamed, issuer.claims("carol", "finance")));
  }
}
