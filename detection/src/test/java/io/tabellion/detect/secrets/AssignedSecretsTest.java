package io.tabellion.detect.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Found;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How names are given secrets in programs, forms, cookies and configuration. */
@Tag("unit")
class AssignedSecretsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          define('SMTP_PASSWORD', 'plum7tart'); | plum7tart
          env.set("API_TOKEN", "8c1f60aa92d34be7"); | 8c1f60aa92d34be7
          password                     = "plum7tart" | plum7tart
          $s = ConvertTo-SecureString "plum7tart" -AsPlainText | plum7tart
          psk="plum7tart" | plum7tart
          wpa_psk=plum7tart | plum7tart
          auth: { user: 'ann', pass: 'plum7tart' } | plum7tart
          pass = plum7tart | plum7tart
          passord: plum7tart | plum7tart
          hasło: plum7tart | plum7tart
          lösenord: plum7tart | plum7tart
          heslo: plum7tart | plum7tart
          비밀번호: plum7tart | plum7tart
          NEXTAUTH_SECRET=8c1f60aa92d34be7 | 8c1f60aa92d34be7
          ACCOUNT_TOKEN=8c1f60aa92d34be7 | 8c1f60aa92d34be7
          PAGERDUTY_TOKEN=8c1f60aa92d34be7 | 8c1f60aa92d34be7
          HASHI_TOKEN=8c1f60aa92d34be7 | 8c1f60aa92d34be7
          Set-Cookie: sessionid=8c1f60aa92d34be7; Path=/ | 8c1f60aa92d34be7
          Cookie: lang=de; PHPSESSID=8c1f60aa92d34be7 | 8c1f60aa92d34be7
          client_secret=8c1f60aa92d34be7&grant_type=code | 8c1f60aa92d34be7
          user=ann&password=plum7tart&scope=all | plum7tart
          password=plum7&tart | plum7&tart
          pw: plum7tart&x=1 | plum7tart&x=1
          SMTP_PASSWORD=plumtart&x=1 | plumtart&x=1
          password=&plum7tart;7 | &plum7tart
          your access key is 8c1f60aa92d34be7 | 8c1f60aa92d34be7
          api_key = "QmTzWcKdRnXhVbLpGsYfJ7ea" | QmTzWcKdRnXhVbLpGsYfJ7ea
          secret: "xQ/aWq+fgHJ+bLmK5+oPzRtY+ueDsGv=" | xQ/aWq+fgHJ+bLmK5+oPzRtY+ueDsGv=
          """)
  void finds(String text, String value) {
    assertThat(Found.in(text)).containsExactly("GENERIC_SECRET:" + value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Alias(\"PasswordStore\", \"keyring2\", \"keyring\")",
        "get('password', 'none at all')",
        "['password', 'user_name1']",
        "PASS: test_utf8_names",
        "pass: 12345678 of 12345679",
        "compass = north7west",
        "bypass: rule7only",
        "pass = function2",
        "key_mgmt=WPA-PSK",
        "desk: oak7table",
        "next_token: 8c1f60aa92d34be7",
        "nextPageToken=8c1f60aa92d34be7",
        "sortKey: 8c1f60aa92d34be7aaaa",
        "token_count: 8c1f60aa92d34be7",
        "password_encryption = scram-sha-256",
        "sessionid=8c1f60aa92d34be7",
        "key = self._lib.NID_pbe_WithSHA1And3_Key_TripleDES_CBC",
        "echo \"Password is correct.&quot;\"",
        "getAccessTokenForVersion2Api = token"
      })
  void leaves(String text) {
    assertThat(Found.in(text)).isEmpty();
  }
}
