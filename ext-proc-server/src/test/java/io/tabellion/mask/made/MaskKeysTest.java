package io.tabellion.mask.made;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was made with the keys of a log once is made for ever, and can be opened for ever. */
@Tag("unit")
class MaskKeysTest {
  private static final MaskKeys KEYS = new MaskKeys(new HmacKeyedHash(key()), "acme", 3);

  private static SecretBytes key() {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i * 7 + 1);
    }
    return SecretBytes.copyOf(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EMAIL_ADDRESS|jane@example.com|alice|EMAIL_ADDRESS_t_"
            + "izxqrhlpycpi3kxh56lnmla74gupu2esbnjme6mma4brlqshcazd677tkgddct5h",
        "PHONE_NUMBER|+49 30 901820|bob|PHONE_NUMBER_t_"
            + "2h3qthgoplcfmbwt4aczbyfvaoynq3w64ul5pebofpwpen3h7fdf2i55k6ua",
        "X|''|''|X_t_zzb3dxkpz4rxv6xzmgfszchgspych4fzz34q3vy",
        "CREDIT_CARD|4111 1111 1111 1111|alice|CREDIT_CARD_t_"
            + "2avl6jj3yimg7x5dm7fyldv6caav362s3vewupjenvcq7hera6mn5vgq3qg3kp3alp3hi",
        "NOTE|é漢字🙂|x|NOTE_t_aw7nsbner7tefkp6hc3b5r6to7w75jsyvbtxzcf2rmig7woka7gwe6pauq",
        "LONG|0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef|alice|"
            + "LONG_t_c7v223qyrjamepbdha6ufqkr3fbtjoxq75pjaownxxwqf44kjp6gcf7zdpwwnkhehzqjsgleiycb"
            + "z4mtd3tufu4q7vrjstfe33w3cex6ypay6e6juboajvdgwmyx5gdbtrxva7nmfhtz6lorfpbphk3okh35q77"
            + "bynzxkjq"
      })
  void tokens(String detector, String value, String holder, String token) {
    assertThat(KEYS.token(detector, value, holder)).isEqualTo(token);
    MaskKeys.Opened opened =
        Objects.requireNonNull(KEYS.open(detector, token.substring(detector.length() + 3)));
    assertThat(opened.value()).isEqualTo(value);
    assertThat(opened.mark()).isEqualTo(KEYS.mark(holder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EMAIL_ADDRESS|jane@example.com|EMAIL_ADDRESS_h_g5kyuyqellhysvxeo6mvdba5"
            + "|EMAIL_ADDRESS_p_a2cv5xbenzf5zyokjmbvivqx",
        "PHONE_NUMBER|+49 30 901820|PHONE_NUMBER_h_icchazk33ofygcex3h4rdfxi"
            + "|PHONE_NUMBER_p_4x32ku2zm3y7aeis7oiqqrwn",
        "X|''|X_h_yikdl3go2oz5jbn2rv7wdfyb|X_p_w56m2muba7siazqt7uxydosh",
        "CREDIT_CARD|4111 1111 1111 1111|CREDIT_CARD_h_ejmfoocml7byqb5faqg2s32t"
            + "|CREDIT_CARD_p_6xzo2sqgt4esox7qkqmnyech",
        "NOTE|é漢字🙂|NOTE_h_ol3enredmzxelecfem64xive|NOTE_p_wh4lf7bsqfd3bgbjbplyuks4"
      })
  void hashesAndPseudonyms(String detector, String value, String hash, String pseudonym) {
    assertThat(KEYS.hash(detector, value)).isEqualTo(hash);
    assertThat(KEYS.pseudonym(detector, value)).isEqualTo(pseudonym);
  }

  /** RFC 4648 §10, in our form; and what is near to it. */
  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "my, f",
    "mzxq, fo",
    "mzxw6, foo",
    "mzxw6yq, foob",
    "mzxw6ytb, fooba",
    "mzxw6ytboi, foobar",
    "a,",
    "ab,",
    "aaa,",
    "aaaaaa,",
    "AA,",
    "MZXQ,",
    "a1,",
    "'mz xq',",
    "my======,",
    "mz,",
    "mzxr,",
    "mzxw6yr,",
    "mé,",
    "m\u017a,"
  })
  void base32HasOneFormForItsBytes(String text, @Nullable String bytes) {
    byte[] decoded = Base32.decode(text);

    assertThat(decoded == null ? null : new String(decoded, StandardCharsets.UTF_8))
        .isEqualTo(bytes);
    if (decoded != null) {
      assertThat(Base32.encode(decoded)).isEqualTo(text);
    }
  }

  @Test
  void aTokenThatWasChangedIsNone() {
    String token = KEYS.token("X", "secret", "alice").substring("X_t_".length());
    assertThat(KEYS.open("X", token)).isNotNull();
    assertThat(KEYS.open("Y", token)).isNull();
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'a' ? 'b' : 'a';
      assertThat(KEYS.open("X", token.substring(0, i) + other + token.substring(i + 1))).isNull();
    }
    for (int i = 0; i < token.length(); i++) {
      assertThat(KEYS.open("X", token.substring(0, i))).isNull();
    }
  }

  @Test
  void aTokenOfAnotherHolderIsNotMaskedAgain() {
    String token = KEYS.token("EMAIL", "jane@example.com", "bob");
    assertThat(KEYS.made(token)).isTrue();
  }
}
