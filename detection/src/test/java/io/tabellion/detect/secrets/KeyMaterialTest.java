package io.tabellion.detect.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Found;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Members of JSON Web Keys, seeds, hashes of Windows, logins of registries, key files in base64.
 */
@Tag("unit")
class KeyMaterialTest {
  private static final String D = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE";

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void findsThePrivateMembersOfAJsonWebKeyInAnyOrder() {
    String ec = "{\"crv\":\"P-256\",\"d\":\"" + D + "\",\"kty\":\"EC\",\"x\":\"" + D + "7\"}";
    assertThat(Found.in(ec)).containsExactly("JWK_PRIVATE:" + D);
    assertThat(Found.in("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"" + D + "\"}]}"))
        .containsExactly("JWK_PRIVATE:" + D);
    assertThat(Found.in("kty: RSA\nn: " + D + "9\nd: " + D + "\ne: AQAB\n"))
        .containsExactly("JWK_PRIVATE:" + D);
    assertThat(Found.in(ec.replace("\"", "\\\""))).containsExactly("JWK_PRIVATE:" + D);
  }

  @Test
  void membersOfAnotherObjectAreNoneOfTheKey() {
    String apart =
        "{\"d\":\"" + D + "\"},{\"kty\":\"EC\",\"x\":\"" + D + "\"},{\"k\":\"" + D + "\"}";

    assertThat(Found.in(apart)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          TOTP_SEED | otpauth://totp/Acme:al?secret=JBSWY3DPEHPK3PXP&issuer=Acme | JBSWY3DPEHPK3PXP
          TOTP_SEED | otpauth://hotp/Acme?issuer=Acme&secret=jbswy3dpehpk3pxp&counter=1 | jbswy3dpehpk3pxp
          TOTP_SEED | TOTP_SECRET=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ | GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
          TOTP_SEED | mfaSecret: "KRSXG5CTMVRXEZLUKN2XAZLS" | KRSXG5CTMVRXEZLUKN2XAZLS
          TOTP_SEED | your 2FA setup key: jbsw y3dp ehpk 3pxp | jbsw y3dp ehpk 3pxp
          NTLM_HASH | al:500:aad3b435b51404eeaad3b435b51404ee:8846f7eaee8fb117ad06bdd830b7586c::: | aad3b435b51404eeaad3b435b51404ee:8846f7eaee8fb117ad06bdd830b7586c
          NTLM_HASH | bo:1001:e52cac67419a9a224a3b108f3fa6cb6d:8846f7eaee8fb117ad06bdd830b7586c::: | e52cac67419a9a224a3b108f3fa6cb6d:8846f7eaee8fb117ad06bdd830b7586c
          NTLM_HASH | secretsdump -hashes :8846f7eaee8fb117ad06bdd830b7586c corp/al | 8846f7eaee8fb117ad06bdd830b7586c
          NTLM_HASH | * NTLM     : 8846f7eaee8fb117ad06bdd830b7586c | 8846f7eaee8fb117ad06bdd830b7586c
          NTLM_HASH | al::CORP:08ca45b7d7ea58ee:88dcbe4446168966a153a0064958dac6:5c7830315c783031000000000000 | 08ca45b7d7ea58ee:88dcbe4446168966a153a0064958dac6:5c7830315c783031000000000000
          SWARM_TOKEN | docker swarm join --token SWMTKN-1-49nj1cmql0jkz5s954yi3oex3nedyz0fb0xx14ie39trti4wxv-8vxv8rssmk743ojnwacrr2e7c | SWMTKN-1-49nj1cmql0jkz5s954yi3oex3nedyz0fb0xx14ie39trti4wxv-8vxv8rssmk743ojnwacrr2e7c
          KUBEADM_TOKEN | kubeadm join --token abcdef.0123456789abcdef --ignore | abcdef.0123456789abcdef
          NATS_SEED | nkey SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU here | SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU
          URL_CREDENTIALS | nats://s3cr3tT0k3n9xQ2w@broker:4222 | s3cr3tT0k3n9xQ2w
          """)
  void finds(String detector, String text, String value) {
    assertThat(Found.in(text)).containsExactly(detector + ":" + value);
  }

  @Test
  void findsTheLoginsOfARegistrysFile() {
    String login = base64("robot:s3cr3t-pw-123");
    assertThat(Found.in("{\"auths\":{\"r.example\":{\"auth\":\"" + login + "\"}}}"))
        .containsExactly("REGISTRY_LOGIN:" + login);
    assertThat(Found.in("//r.example/:_auth=" + login)).containsExactly("REGISTRY_LOGIN:" + login);
    assertThat(Found.in("auth: " + login)).containsExactly("REGISTRY_LOGIN:" + login);
    assertThat(Found.in("\"auth\": \"" + base64("just some words") + "\"")).isEmpty();
  }

  @Test
  void findsWholeKeyFilesInBase64() {
    String key = base64("-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----\n");
    String account = base64("{\"type\": \"service_account\", \"private_key\": \"-----\"}");
    String registry = base64("{\"auths\":{\"r.example\":{\"auth\":\"cm9ib3Q6cHc=\"}}}");
    String der = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg" + D + D;
    for (String file : new String[] {key, account, registry, der}) {
      assertThat(Found.in("data: " + file + "\nca: x")).containsExactly("KEY_FILE:" + file);
    }
  }

  @Test
  void aWrappedKeyFileIsFoundToItsLastLineAndNoFurther() {
    String whole =
        base64("-----BEGIN PRIVATE KEY-----\n" + D.repeat(4) + "\n-----END PRIVATE KEY-----\n");
    String wrapped = whole.replaceAll("(.{64})", "$1\n");

    assertThat(Found.in("key: " + wrapped + "\nnext: x")).containsExactly("KEY_FILE:" + wrapped);
  }

  @Test
  void certificatesInBase64AreNoKeys() {
    String certificate =
        base64("-----BEGIN CERTIFICATE-----\n" + D + "\n-----END CERTIFICATE-----\n");

    assertThat(Found.in("certificate-authority-data: " + certificate)).isEmpty();
  }
}
