package io.tabellion.detect.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.DetectionSettings;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import io.tabellion.detect.Found;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind in the tables of providers is found, and what only looks like one is not. */
@Tag("unit")
class ProvidersTest {
  private static final Pattern RUN = Pattern.compile("\\{(?:uuid|(.)([0-9]+)(?:-[0-9]+)?)}");
  private static final String SMALL = "abcdefghijklmnopqrstuvwxyz";
  private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String DIGITS = "0123456789";

  private final Random random = new Random(7);

  /**
   * A line of a table.
   *
   * @param detector whose it is
   * @param shape how the token is written
   * @param word what its name has in it; empty if it needs none
   */
  record Line(String detector, String shape, String word) {}

  private static List<Line> lines(String file) throws IOException {
    List<Line> lines = new ArrayList<>();
    String detector = "";
    for (String line : text(file).lines().filter(line -> !line.startsWith("#")).toList()) {
      if (line.startsWith("  ")) {
        String shape = line.split(" \\| ", 3)[1];
        Matcher named = Pattern.compile("([^,=]+)(?:,.+)? (?::?=) (.+)").matcher(shape);
        lines.add(
            named.matches()
                ? new Line(detector, named.group(2), named.group(1).strip())
                : new Line(detector, shape.startsWith("~") ? shape.substring(1) : shape, ""));
      } else if (!line.isBlank()) {
        detector = line.substring(0, line.indexOf(' '));
      }
    }
    return lines;
  }

  private static String text(String file) throws IOException {
    try (InputStream in = ProviderFile.class.getResourceAsStream(file)) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String token(String shape) {
    return RUN.matcher(shape).replaceAll(run -> Matcher.quoteReplacement(signs(run)));
  }

  private String signs(MatchResult run) {
    if (run.group(1) == null) {
      return hex(8) + "-" + hex(4) + "-" + hex(4) + "-" + hex(4) + "-" + hex(12);
    }
    int count = Integer.parseInt(run.group(2));
    return switch (run.group(1)) {
      case "a" -> of(SMALL + DIGITS, count);
      case "U" -> of(CAPITALS + DIGITS, count);
      case "h", "x", "y" -> hex(count);
      case "H" -> of("ABCDEF" + DIGITS, count);
      case "d" -> of("123456789", count);
      case "l" -> of(SMALL, count);
      case "L" -> of(CAPITALS + SMALL, count);
      case "q" -> of(CAPITALS + "234567", count);
      default -> of(CAPITALS + SMALL + DIGITS, count);
    };
  }

  private String hex(int count) {
    return of("abcdef" + DIGITS, count);
  }

  private String of(String set, int count) {
    StringBuilder signs = new StringBuilder();
    for (int i = 0; i < count; i++) {
      signs.append(set.charAt(random.nextInt(set.length())));
    }
    return signs.toString();
  }

  static List<Line> secrets() throws IOException {
    return lines("providers.txt");
  }

  static List<Line> identifiers() throws IOException {
    return lines("public.txt");
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void findsEachKind(Line line) {
    int found = 0;
    for (int i = 0; i < 10; i++) {
      String token = token(line.shape());
      String text = line.word().isEmpty() ? "use " + token + " until" : name(line) + token;
      found += isCovered(Detectors.builtIn(), text, token) ? 1 : 0;
    }

    assertThat(found).as(line.toString()).isGreaterThanOrEqualTo(8);
  }

  private static String name(Line line) {
    String word = line.word();
    boolean named = word.endsWith("=") || word.endsWith(" ");
    return named ? word : word + (word.endsWith("_") ? "" : "_") + "token=";
  }

  private static boolean isCovered(Detectors detectors, String text, String token) {
    int start = text.indexOf(token);
    return detectors.scan(text).stream()
        .anyMatch(f -> f.start() <= start && f.end() >= start + token.length());
  }

  @ParameterizedTest
  @MethodSource("identifiers")
  void whatIsPublicIsFoundWhenAskedFor(Line line) {
    Detectors asked = Detectors.of(DetectionSettings.DEFAULT.enabling(Set.of(Detectors.PUBLIC)));
    String token = token(line.shape());
    String text = line.word().isEmpty() ? "id " + token + " of" : name(line) + token;

    assertThat(Found.in(asked, text)).hasSize(1);
    assertThat(Detectors.builtIn().scan(text).stream().map(Finding::detector))
        .doesNotContain(line.detector());
  }

  @Test
  void eachProviderHasANameASourceAndAKind() throws IOException {
    Set<String> names = new HashSet<>();
    for (String file : List.of("providers.txt", "public.txt")) {
      text(file)
          .lines()
          .filter(line -> line.matches("[A-Z].*"))
          .forEach(line -> {
            assertThat(line.split(" \\| ", -1)).as(line).hasSize(4).noneMatch(String::isBlank);
            assertThat(names.add(line.substring(0, line.indexOf(' ')))).as(line).isTrue();
          });
    }
    assertThat(names).hasSizeGreaterThan(150);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GITHUB_SHA=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "github_commit: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "CLOUDFLARE_ZONE_ID=9f86d081884c7d659a2feaa0c55ad015",
        "heroku app id 2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d",
        "pk_live_51HqLyjWDarjtT1zdp7dcABCD1234",
        "cus_NffrFeUfNV2Hib, pi_3MtwBwLkdIwHu7ix28a3tqPa, evt_1NG8Du2eZvKYlo2CUI79vXWy",
        "msg_01XFDUDYJgAACzvnptvVoYEL and toolu_01A09q90qw90lq917835lq9",
        "test_user_can_login_with_a_very_long_name_2 and live_preview_enabled_for_all",
        "sk_buff_alloc_with_frags and key_value_store_implementation_v2",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "{\"kty\":\"EC\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5\"}",
        "jwk = {\"kty\": \"RSA\", \"d\": base64url_encode_number(numbers1.d)}",
        "-hash sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "two factor authentication is mandatory, mfa required, otp expired"
      })
  void letsLookAlikesBe(String text) {
    Set<String> secrets = Detectors.builtIn().select(Detectors.SECRET);

    assertThat(Detectors.builtIn().scan(text))
        .noneMatch(finding -> secrets.contains(finding.detector()));
  }
}
