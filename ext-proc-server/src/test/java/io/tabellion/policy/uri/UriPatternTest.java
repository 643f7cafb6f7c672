package io.tabellion.policy.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class UriPatternTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///tmp/pub/a.txt",
        "file:///tmp/my%20docs/a%20b.txt",
        "file:///home/x/%C3%BCber%20uns/r%C3%A9sum%C3%A9.pdf",
        "file:///home/x/\u00fcber/r\u00e9sum\u00e9.pdf",
        "file:///home/x/u\u0308ber/100%25/x",
        "file:///tmp/pub/.hidden/a..b/c.",
        "file:///tmp/a+b&c=d;v=1.txt",
        "file:///C:/Users/x/a.txt",
        "file://server/share/a.txt",
        "note://x/y",
        "note:///\u5bb6/\u6587\u66f8",
        "note://internal/a note with blanks",
        "memo:abc",
        "memo://insights",
        "greeting://J\u00f6rg",
        "greeting://J%C3%B6rg",
        "postgres://host/db/table/schema",
        "postgres://user:pw@host:5432/db/Table",
        "sqlite:////var/db.sqlite",
        "https://wiki.example/docs/a?x=1&y=2#frag",
        "https://wiki.example:8443/docs/a%2Fb",
        "https://b\u00fccher.example/a/b",
        "http://localhost:8000/r/1",
        "http://[::1]:8000/r/1",
        "weather://lookup?city=New%20York&unit=c",
        "search://q?query=a+b&path=/x/y",
        "db://Tables/users?limit=10&where=name%3D%27x%27",
        "slack://channels/C123/messages?cursor=dXNlcjpVMDYxTkZUVDI%3D",
        "s3://bucket/key/with/slash//double",
        "repo://octocat/Hello-World/contents/a/b.java",
        "urn:isbn:0451450523",
        "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
        "data:text/plain;base64,SGVsbG8=",
        "mailto:a@b.example",
        "jar:file:///a.jar!/b",
        "ldap://[2001:db8::7]/c=GB",
        "custom+scheme://a/b",
      })
  void aNormalUriIsLetPassByEveryPatternThatBeginsAsItDoes(String uri) {
    UriReadings readings = UriReadings.of(uri);
    String[] starts = uri.split("(?<=[/?])", -1);
    StringBuilder start = new StringBuilder();
    assertThat(readings.flaw()).isNull();
    assertThat(readings.exact()).hasSizeLessThan(20);
    assertThat(allows("*", uri)).isTrue();
    for (String more : starts) {
      boolean beginning = !start.append(more).toString().equals(uri);
      if (beginning && start.indexOf(" ") < 0) {
        assertThat(allows(start + "*", uri)).as(start + "*").isTrue();
      }
    }
    assertThat(uri.contains(" ") || allows(uri, uri)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "file:///\u00fcber/*, file:///%C3%BCber/a",
    "file:///%C3%BCber/*, file:///\u00fcber/a",
    "file:///my%20docs/*, file:///my docs/a",
    "weather://lookup?*, weather://lookup?city=Bonn",
    "weather://lookup?city=*&unit=?, weather://lookup?city=Bonn&unit=c",
    "file:///v?/*, file:///v1/a",
    "https://*.wiki.example/docs/*, https://en.wiki.example/docs/a",
    "*.md, file:///a/b.md",
    "note://?, note://\uD83D\uDD0D",
  })
  void whatMeansTheSameIsLetPass(String pattern, String uri) {
    assertThat(allows(pattern, uri)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///tmp/pub/../secret",
        "file:///tmp/pub/.%2e/secret",
        "file:///tmp/pub/%2e%2e/secret",
        "file:///tmp/pub/%252e%252e/secret",
        "file:///tmp/pub/%2e%2e/secret/%zz",
        "file:///tmp/pub/%/%2e%2e/%2e%2e/secret",
        "file:///tmp/pub/.\t./secret",
        "file:///tmp/pub/.%09./secret",
        "file:///tmp/pub/.%0d%0a./secret",
        "file:///tmp/pub/..%2fsecret",
        "file:///tmp/pub/..%5csecret",
        "file:///tmp/pub\\..\\secret",
        "file:///tmp/pub/..;/secret",
        "file:///tmp/pub/..;a=b/secret",
        "file:///tmp/pub/..%3b/secret",
        "file:///tmp/pub/..%00/../../secret",
        "file:///tmp/pub/%c0%ae%c0%ae/secret",
        "file:///tmp/pub/%e0%80%ae%e0%80%ae/secret",
        "file:///tmp/pub/..%c0%afsecret",
        "file:///tmp/pub/%u002e%u002e/secret",
        "file:///tmp/pub/\uff0e\uff0e/secret",
        "file:///tmp/pub/\uff0e\uff0e\uff0fsecret",
        "file:///tmp/pub/%EF%BC%8E%EF%BC%8E/secret",
        "file:///tmp/pub/\u2025/secret",
        "file:///tmp/pub/.\u200b./secret",
        "file:///tmp/pub/.\u00ad./secret",
        "file:///tmp/pub/.. /secret",
        "file:///tmp/pub/..%20/secret",
        "file:///tmp/pub/x?/../../../secret",
        "file:///tmp/pub/x#/../../../secret",
        "file:///tmp/pub/x%3f/../../../secret",
        "file:///tmp/pub/x%23/../../../secret",
        "file:///tmp/pub/.%ff./secret",
        "file:///tmp/pub/..::$INDEX_ALLOCATION/secret",
        "file:///tmp/pub/..",
        "file:///tmp/pub/..?",
        "file:///tmp/pub/..%23",
        " file:///tmp/pub/a",
        "file:///tmp/pub/a\n",
        "\u0001file:///tmp/pub/a",
        "\ufefffile:///tmp/pub/a",
        "file:///tmp/pub/a\u0000",
        "/tmp/pub/a",
        "tmp/pub/a",
      })
  void whatSomeServerReadsElsewhereIsNotLetPass(String uri) {
    assertThat(allows("file:///tmp/pub/*", uri)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://wiki.example/docs/*, https://wiki.example@evil.example/docs/a",
    "https://wiki.example/docs/*, https://evil.example\\@wiki.example/docs/a",
    "https://wiki.example/docs/*, https://wiki.example\\@evil.example/docs/a",
    "https://wiki.example/docs/*, https://wiki.example/docs/%2e%2e/admin",
    "https://*.wiki.example/docs/*, https://evil.example/.wiki.example/docs/a",
    "https://*.wiki.example/docs/*, https://evil.example?.wiki.example/docs/a",
    "https://*.wiki.example/docs/*, https://evil.example#.wiki.example/docs/a",
    "https://*.wiki.example/docs/*, https://evil.example\\.wiki.example/docs/a",
    "https://*.wiki.example/docs/*, https://evil.example%2f.wiki.example/docs/a",
    "https://*.wiki.example/docs/*, https://evil.example\uff0f.wiki.example/docs/a",
    "*.md, file:///etc/passwd?.md",
    "*.md, file:///etc/passwd#.md",
    "*.md, file:///etc/passwd%00.md",
    "*.md, file:///etc/passwd%23.md",
    "*.md, file:///etc/passwd;.md",
    "docs://pub/*, docs://pub/../secret/a",
    "docs://pub/*, docs://pub/%2e%2e/secret/a",
    "docs://pub/*, docs://pub%2f..%2fsecret/a",
    "note:pub/*, note:pub/../secret",
  })
  void whatSomeServerTakesForAnotherIsNotLetPass(String pattern, String uri) {
    assertThat(allows(pattern, uri)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///tmp/secret/key",
        "file:/tmp/secret/key",
        "file:////tmp/secret/key",
        "file://///tmp/secret/key",
        "file:\\\\\\tmp\\secret\\key",
        "file:/\\/tmp/secret/key",
        "FILE:///tmp/secret/key",
        "fILe:///tmp/secret/key",
        "url:file:///tmp/secret/key",
        "URL:file:///tmp/secret/key",
        "file://localhost/tmp/secret/key",
        "file://LOCALHOST/tmp/secret/key",
        "file://localhost./tmp/secret/key",
        "file://127.0.0.1/tmp/secret/key",
        "file://other/tmp/secret/key",
        "file:///tmp//secret/key",
        "file:///tmp/./secret/key",
        "file:///tmp/x/../secret/key",
        "file:///../tmp/secret/key",
        "file:///tmp/%73ecret/key",
        "file:///tmp/%2573ecret/key",
        "file:///tmp/%252573ecret/key",
        "file:///tmp/%u0073ecret/key",
        "file:///tmp%2fsecret%2fkey",
        "file:///tmp%5csecret/key",
        "file:///tmp/secret%2Fkey",
        "file:///tmp;x/secret;y/key",
        "file:///tmp/secret/key;v=1",
        "file:///tmp/secret",
        "file:///tmp/secret/key?x",
        "file:///tmp/secret/key#x",
        "file:///tmp/secret/key%00.txt",
        "file:///tmp/s%65cret/%zz",
        "file:///tmp/%E1%B8%83/../secret/key",
        "file:///tmp/\uff53ecret/key",
        "file:///tmp/se\u200dcret/key",
        "file:///tmp/se%c2%adcret/key",
        "file:///tmp/se%09cret/key",
        "file:///tmp/se%0acret/key",
        "file:///tmp/%c1%b3ecret/key",
        "file:///tmp/SECRET/key",
        "file:///tmp/secret./key",
        "file:///tmp/secret%20/key",
        "file:///tmp/secret::$INDEX_ALLOCATION/key",
        " file:///tmp/secret/key",
        "file:///tmp/se\tcret/key",
        "file:///tmp/se\rcret/key",
        "\u001ffile:///tmp/secret/key",
        "/tmp/secret/key",
        "<file:///tmp/secret/key>",
        "file:tmp/secret/key",
      })
  void whatSomeServerReadsThereIsRefused(String uri) {
    assertThat(denies("file:///tmp/secret/*", uri)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://wiki.example/admin/*, https:/wiki.example/admin/x",
    "https://wiki.example/admin/*, https:wiki.example/admin/x",
    "https://wiki.example/admin/*, https:///wiki.example/admin/x",
    "https://wiki.example/admin/*, https:\\\\wiki.example\\admin\\x",
    "https://wiki.example/admin/*, HTTPS://WIKI.example/admin/x",
    "https://wiki.example/admin/*, https://wiki.example:443/admin/x",
    "https://wiki.example/admin/*, https://wiki.example:0443/admin/x",
    "https://wiki.example/admin/*, https://wiki.example:/admin/x",
    "https://wiki.example/admin/*, https://wiki.example./admin/x",
    "https://wiki.example/admin/*, https://wiki\uff0eexample/admin/x",
    "https://wiki.example/admin/*, https://wiki\u3002example/admin/x",
    "https://wiki.example/admin/*, https://\uff57iki.example/admin/x",
    "https://wiki.example/admin/*, https://wi\u00adki.example/admin/x",
    "https://wiki.example/admin/*, https://wiki%2eexample/admin/x",
    "https://wiki.example/admin/*, https://a:b@wiki.example/admin/x",
    "https://wiki.example/admin/*, https://@wiki.example/admin/x",
    "https://wiki.example/admin/*, https://wiki.example/docs/..%2fadmin/x",
    "https://wiki.example/admin/*, https://wiki.example//admin/x",
    "https://wiki.example/admin/*, https://wiki.example/%61dmin/x",
    "https://wiki.example/*, https://wiki.example?x",
    "https://wiki.example/*, https://wiki.example#x",
    "https://wiki.example/*, https://wiki.example",
    "https://wiki.example:443/*, https://wiki.example/x",
    "https://WIKI.example/*, https://wiki.example/x",
    "https://b\u00fccher.example/*, https://xn--bcher-kva.example/x",
    "https://xn--bcher-kva.example/*, https://B\u00dcCHER.example/x",
    "http://127.0.0.1/*, http://0x7f.1/x",
    "http://127.0.0.1/*, http://2130706433/x",
    "http://127.0.0.1/*, http://0177.0.0.1/x",
    "http://127.0.0.1/*, http://\uff11\uff12\uff17.0.0.1/x",
    "http://[::1]/*, http://[0:0:0:0:0:0:0:1]/x",
    "docs://secret/*, docs://SECRET/x",
    "docs://secret/*, docs:///secret/x",
    "docs://secret/*, docs:/secret/x",
    "docs://secret/*, docs:secret/x",
    "docs://secret/*, docs://pub/../secret/x",
    "docs://secret/*, docs://a@secret/x",
    "docs://secret/*, docs://secret:99/x",
    "docs://secret/*, docs://secret%2fx",
    "docs://pub/secret*, docs://pub/x/%2e%2e/secret",
    "postgres://db/prod/*, postgres://db:5432/prod/t",
    "file:///C:/secret/*, file:///c:/secret/x",
    "file:///C:/secret/*, file:///C|/secret/x",
    "file:///C:/secret/*, file://C:/secret/x",
    "file:///C:/secret/*, file:///C:/pub/../../secret/x",
    "file:///C:/secret/*, file:///C:/../../secret/x",
    "file:///C:/secret/*, file:///C:%5Csecret%5Cx",
    "file:///C:/secret/*, file:////%3f/C:/secret/x",
    "file:///C:/secret/*, file:////./C:/secret/x",
    "file://server/share/*, file:////server/share/x",
    "file://server/share/*, file:///%5c%5cserver%5cshare%5cx",
    "file://localhost/tmp/*, file:///tmp/x",
    "file:///caf\u00e9/*, file:///cafe%CC%81/x",
    "file:///caf%C3%A9/*, file:///caf%E9/x",
  })
  void whatSomeServerTakesForItIsRefused(String pattern, String uri) {
    assertThat(denies(pattern, uri)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "file:///tmp/secret/*, file:///tmp/pub/a",
    "file:///tmp/secret/*, file:///tmp/secrets/a",
    "file://nas/public/*, file:///public/a",
    "weather://lookup?city=Bonn*, weather://lookup?city=Paris",
    "postgres://admin@db/*, postgres://bob@db/t",
    "http://localhost:9200/*, http://localhost:8000/x",
    "https://wiki.example/admin/*, https://wiki.example/docs/admin/x",
    "https://wiki.example/admin/*, https://other.example/admin/x",
    "docs://secret/*, docs://pub/secret/x",
    "docs://secret/*, note://secret/x",
  })
  void whatNoServerTakesForItIsNotRefused(String pattern, String uri) {
    assertThat(denies(pattern, uri)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret/*",
        "/tmp/*",
        "file:///a/../b",
        "file:///a/%2e/b",
        "file:///a%0A/../b",
        "file:///a%EE%80%80",
        "a:b c",
        "a:%zz",
      })
  void aPatternThatNoUriMatchesIsNone(String text) {
    assertThatThrownBy(() -> UriPattern.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatHasTooManyReadingsIsNoUri() {
    assertThat(UriReadings.of("file:///" + "a".repeat(9_000)).flaw()).contains("8192");
    String hostile = "file:///" + "%25;/../\\\uff0e".repeat(500);
    assertThat(UriReadings.of(hostile).areKnown()).isFalse();
  }

  private static boolean allows(String pattern, String uri) {
    return UriPattern.matchAll(List.of(UriPattern.parse(pattern)), UriReadings.of(uri));
  }

  private static boolean denies(String pattern, String uri) {
    UriReadings readings = UriReadings.of(uri);
    return !readings.areKnown() || UriPattern.parse(pattern).matchesSome(readings);
  }
}
