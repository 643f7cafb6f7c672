package io.tabellion.detect.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Found;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords in command lines, where each program has its own way to be given one. */
@Tag("unit")
class CommandsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zip -e -P plum7tart out.zip a.csv",
        "unzip -P plum7tart out.zip",
        "ldapsearch -x -D cn=a -w plum7tart -b dc=x",
        "keytool -list -keystore k.jks -storepass plum7tart",
        "nmcli dev wifi connect Hall password plum7tart",
        "smbclient //fs/share -U 'ann%plum7tart'",
        "rabbitmqctl add_user ann plum7tart",
        "htpasswd -b /etc/x/.htpasswd ann plum7tart",
        "htpasswd -nb ann plum7tart",
        "az login --service-principal -u ann -p plum7tart --tenant t",
        "cqlsh db1 -u ann -p plum7tart",
        "echo \"ann:plum7tart\" | chpasswd",
        "echo 'ann:plum7tart' | sudo chpasswd",
        "machine a.example\n  login ann\n  password plum7tart",
      })
  void finds(String text) {
    assertThat(Found.in(text)).containsExactly("COMMAND_PASSWORD:plum7tart");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zip -r plum7tart.zip plum7tart",
        "zip -P $ZIP_PASS1 out.zip a.csv",
        "gzip -9 plum7tart",
        "keytool -list -keystore plum7tart.jks",
        "rabbitmqctl list_users plum7tart",
        "rabbitmqctl add_user ann",
        "htpasswd /etc/x/.htpasswd ann7plum",
        "cat users7plum | chpasswd",
        "smbclient //fs/share7plum -U ann",
        "login failed\nreset the password plum7tart"
      })
  void leaves(String text) {
    assertThat(Found.in(text)).isEmpty();
  }

  @Test
  void findsTheLastFieldOfAPostgresPasswordFile() {
    assertThat(Found.in("*:5432:ledger:report:plum7tart\n"))
        .containsExactly("CONNECTION_STRING:plum7tart");
    assertThat(Found.in("listen 0.0.0.0:5432:tcp")).isEmpty();
    assertThat(Found.in("docker run -p 5433:5432:5432:5432:5432 x")).isEmpty();
  }
}
