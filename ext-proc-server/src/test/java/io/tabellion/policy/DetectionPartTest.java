package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.Waivers;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.Masked;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.rule.Selector;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy file says of detection, and of what the record keeps. */
@Tag("unit")
class DetectionPartTest {
  private static final String HEAD =
      "apiVersion: tabellion.io/v1\nkind: Policy\nmetadata: {name: test}\n";
  private static final String TEXT = "jane@example.com at 2001:db8::7, order AB-1234";

  @TempDir private Path folder;

  private Policy policy(String parts) {
    ByteString bytes = ByteString.copyFromUtf8(HEAD + parts + "rules: []\n");
    return PolicyFile.read(folder.resolve("p.yaml"), bytes, CallCounts.IN_FORCE).policy();
  }

  private String kept(String parts) {
    return kept(parts, TEXT);
  }

  private String kept(String parts, String text) {
    Masker masker =
        new Masker(
            new MaskKeys(new HmacKeyedHash(SecretBytes.copyOf(new byte[32])), "test", 1), null);
    Masked masked = masker.mask(null, new Json.Text(text), policy(parts).baseline());
    String json = masked.recorded() == null ? "" : masked.recorded().toStringUtf8();
    return json.substring(1, json.length() - 1);
  }

  @Test
  void theRecordIsMaskedAsTheDefaultsSay() {
    String all = "[EMAIL] at [IP_ADDRESS], order AB-1234";
    assertThat(kept("")).isEqualTo(all);
    assertThat(kept("defaults: {record: {detect: [ALL]}}\n")).isEqualTo(all);
    assertThat(kept("defaults: {record: {detect: [EMAIL]}}\n"))
        .isEqualTo("[EMAIL] at 2001:db8::7, order AB-1234");
    assertThat(kept("defaults: {record: {minScore: 1}}\n")).isEqualTo(TEXT);
    assertThat(kept("defaults: {record: originals}\n")).isEqualTo(TEXT);
    assertThat(kept("defaults: {record: {with: {EMAIL: {keepLast: 3}}}}\n"))
        .isEqualTo("****@*******.com at [IP_ADDRESS], order AB-1234");
    assertThat(kept("defaults: {record: {with: redact}}\n")).isEqualTo(" at , order AB-1234");
  }

  @Test
  void detectorsRunAsTheDetectionPartSays() {
    assertThat(kept("detection: {enabled: [EMAIL]}\n"))
        .isEqualTo("[EMAIL] at 2001:db8::7, order AB-1234");
    assertThat(kept("detection: {enabled: [ALL], disabled: [EMAIL]}\n"))
        .isEqualTo("jane@example.com at [IP_ADDRESS], order AB-1234");
    assertThat(kept("detection: {thresholds: {EMAIL: 1}}\n"))
        .isEqualTo("jane@example.com at [IP_ADDRESS], order AB-1234");
    assertThat(
            kept("detection: {allowed: {values: [jane@example.com], patterns: ['2001:db8:.*']}}\n"))
        .isEqualTo(TEXT);
    assertThat(
            kept(
                "detection: {detectors: [{name: ORDER, pattern: 'AB-[0-9]{4}', keywords: [ab-], longest: 16}]}\n"))
        .isEqualTo("[EMAIL] at [IP_ADDRESS], order [ORDER]");
  }

  @Test
  void thePartMayStandInAFileOfItsOwn() throws IOException {
    Files.writeString(folder.resolve("d.yaml"), "enabled: [EMAIL]\n");
    assertThat(kept("detection: d.yaml\n")).isEqualTo("[EMAIL] at 2001:db8::7, order AB-1234");
    Files.writeString(folder.resolve("d.yaml"), "enabld: [EMAIL]\n");
    assertThatThrownBy(() -> policy("detection: d.yaml\n"))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining("d.yaml:1:1: enabld: unknown key (did you mean enabled?)");
  }

  @Test
  void rulesOfTheGitleaksFormatAreMoreDetectorsAndWhatIsNotHonouredIsNamed() throws IOException {
    Files.writeString(
        folder.resolve("r.toml"),
        "[[rules]]\nid = \"order\"\nregex = 'AB-[0-9]{4}'\nkeywords = [\"ab-\"]\npath = 'x'\n");
    Files.writeString(folder.resolve("p.yaml"), HEAD + "detection: {rules: [r.toml]}\nrules: []\n");
    assertThat(kept("detection: {rules: [r.toml]}\n")).doesNotContain("AB-1234");
    PolicyCheck check = PolicyCheck.of(folder.resolve("p.yaml"));
    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings().toString()).contains("r.toml", "path", "not supported");
  }

  @Test
  void aValueIsWaivedByItsDigest() throws IOException {
    String key = "0f".repeat(32);
    Files.writeString(folder.resolve("waiver.key"), key + "\n");
    String digest = Waivers.digest(HexFormat.of().parseHex(key), "jane@example.com");
    assertThat(kept("detection: {waivers: {key: waiver.key, digests: [" + digest + "]}}\n"))
        .isEqualTo("jane@example.com at [IP_ADDRESS], order AB-1234");
    Files.writeString(folder.resolve("waiver.key"), "short");
    assertThatThrownBy(
            () -> policy("detection: {waivers: {key: waiver.key, digests: [" + digest + "]}}\n"))
        .hasMessageContaining("waivers.key: no key (expected: 64 to 256 hexadecimal digits")
        .hasMessageNotContaining("short");
  }

  /** Every setting can stand in the part, and in a file of its own, and is in force from there. */
  @Test
  void everySettingMayStandHereAndElsewhere() throws IOException {
    Files.writeString(
        folder.resolve("r.toml"), "[[rules]]\nid='n'\nregex='N[0-9]{3}'\nkeywords=['n']\n");
    Files.writeString(folder.resolve("waiver.key"), "0f".repeat(32));
    String digest = Waivers.digest(HexFormat.of().parseHex("0f".repeat(32)), "w@example.com");
    String part =
        "{enabled: [EMAIL, PHONE, ORDER, RULE_N, IP_ADDRESS], disabled: [PHONE], threshold: 0.65,"
            + " thresholds: {IP_ADDRESS: 1}, allowed: {values: [v@example.com], patterns:"
            + " ['p[0-9]@.*'], paths: [/open]}, waivers: {key: waiver.key, digests: [%s]},"
                .formatted(digest)
            + " detectors: [{name: ORDER, kind: SECRET, pattern: 'AB-[0-9]{4}', keywords: [ab-],"
            + " longest: 9, context: [order], score: 0.5}], rules: [r.toml]}";
    Files.writeString(folder.resolve("d.yaml"), part);
    String text =
        "a@example.com v@example.com p1@example.com w@example.com +14155552671 2001:db8::7 N123"
            + " AB-1234";
    for (String written : List.of(part, "d.yaml")) {
      String detection = "detection: " + written + "\n";
      assertThat(kept(detection, text))
          .isEqualTo(text.replace("a@example.com", "[EMAIL]").replace("N123", "[RULE_N]"));
      assertThat(kept(detection, "order AB-1234")).isEqualTo("order [ORDER]");
      assertThat(policy(detection).baseline().allowed()).containsExactly(Selector.parse("/open"));
    }
  }

  /** What is wrong in a file that the policy names is told by its line, all at once. */
  @Test
  void mistakesInANamedFileAreToldByItsLines() throws IOException {
    Files.writeString(
        folder.resolve("d.yaml"),
        """
        enabled:
          - EMAIL
          - EMIAL
        thresholds:
          PHONY: 0.7
        allowed:
          patterns: ['(']
        detectors:
          - {name: EMAIL, pattern: x, keywords: [x], longest: 9}
        rules: [none.toml]
        waivers: {key: none.key, digests: []}
        """);
    assertThatThrownBy(() -> policy("detection: d.yaml\n"))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining(
            "d.yaml:3:5: enabled: detector: EMIAL (expected: SECRET, PII, PUBLIC or one")
        .hasMessageContaining("d.yaml:5:10: thresholds: detector: PHONY (expected:")
        .hasMessageContaining("d.yaml:7:14: allowed.patterns: allowed: pattern: missing closing )")
        .hasMessageContaining("d.yaml:9:5: detectors: detector: EMAIL (expected: a name that is")
        .hasMessageContaining("d.yaml:10:9: rules: ")
        .hasMessageContaining("d.yaml:11:16: waivers.key: ")
        .hasMessageContaining(
            "none.key: cannot be read: no such file (expected: a file of at most");
  }

  @Test
  void listsAndFilesHaveLimits() throws IOException {
    String many = "v, ".repeat(10_000) + "v";
    String paths = "/a, ".repeat(64) + "/a";
    assertThatThrownBy(() -> policy("detection: {allowed: {values: [" + many + "]}}\n"))
        .hasMessageContaining("allowed: values: 10001 (expected: at most 10000)");
    assertThatThrownBy(() -> policy("detection: {allowed: {paths: [" + paths + "]}}\n"))
        .hasMessageContaining("allowed: paths: 65 (expected: at most 64)");
    assertThatThrownBy(() -> policy("detection: {rules: [" + "r.toml, ".repeat(16) + "r.toml]}\n"))
        .hasMessageContaining("rules: 17 (expected: at most 16)");
    Files.writeString(folder.resolve("r.toml"), "# " + "x".repeat(1 << 20));
    assertThatThrownBy(() -> policy("detection: {rules: [r.toml]}\n"))
        .hasMessageContaining("more than 1 MiB");
    Files.writeString(folder.resolve("r.toml"), "[[rules]]\nid='a'\nregex='a'\n".repeat(1001));
    assertThatThrownBy(() -> policy("detection: {rules: [r.toml]}\n"))
        .hasMessageContaining("r.toml: 1001 rules (expected: at most 1000)");
    Files.createDirectory(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/r.toml"), "");
    Files.writeString(folder.resolve("r.toml"), "");
    assertThatThrownBy(() -> policy("detection: {rules: [r.toml, sub/r.toml]}\n"))
        .hasMessageContaining("r.toml: two of this name (expected: other names)");
  }

  /** Paths of some tools and servers hold for the messages of those alone, both ways. */
  @Test
  void pathsAreAllowedForTheMessagesThatTheyAreAbout() {
    String file =
        HEAD
            + """
            detection:
              allowed:
                paths:
                  - /params/arguments/always
                  - {select: /result/structuredContent/host, servers: ["ci-*"], tools: [get_*]}
            rules:
              - {id: out, match: {tools: ["*"]}, then: allow, mask: [{detect: [ALL], with: redact}]}
              - {id: in, match: {direction: response}, mask: [{detect: [ALL], with: redact}]}
            tests:
              - name: always
                given: {server: db, tool: put, args: {always: a@example.com, x: a@example.com}}
                expect: {masked: [/params/arguments/x]}
              - name: this tool of this server
                given: {server: ci-1, tool: get_run, response: {result: {structuredContent: {host: "2001:db8::7", x: "2001:db8::7"}}}}
                expect: {masked: [/result/structuredContent/x]}
              - name: another server
                given: {server: db, tool: get_run, response: {result: {structuredContent: {host: "2001:db8::7"}}}}
                expect: {masked: [/result/structuredContent/host]}
              - name: another tool
                given: {server: ci-1, tool: put, response: {result: {structuredContent: {host: "2001:db8::7"}}}}
                expect: {masked: [/result/structuredContent/host]}
            """;
    Policy policy =
        PolicyFile.read(
                folder.resolve("p.yaml"), ByteString.copyFromUtf8(file), CallCounts.IN_FORCE)
            .policy();
    assertThat(policy.baseline().allowed())
        .containsExactly(Selector.parse("/params/arguments/always"));
  }

  @Test
  void masksNameWhatTheFileDetects() {
    String part =
        """
        detection: {enabled: [EMAIL], detectors: [{name: ORDER, pattern: 'AB-[0-9]{4}', digits: true, longest: 9}]}
        defaults: {record: {detect: [%s]}}
        """;
    assertThat(policy(part.formatted("EMAIL")).baseline().detectors().names())
        .containsExactly("EMAIL");
    assertThatThrownBy(() -> policy(part.formatted("PHONE")))
        .hasMessageContaining("p.yaml:5:30: defaults.record: detect[0]: PHONE (expected:");
    assertThat(Detectors.builtIn().names()).doesNotContain("ORDER");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "defaults: {record: off} | off (expected: detect, minScore, with, or the word originals)",
        "defaults: {record: {detct: [ALL]}} | unknown key (did you mean detect?)",
        "detection: {enabled: [EMIAL]} | detector: EMIAL (expected:",
        "detection: {threshold: 2} | 2 (expected: a number from 0 to 1",
        "detection: {thresholds: {EMAIL: no}} | EMAIL: no (expected: a number from 0 to 1",
        "detection: {allowed: {patterns: ['(']}} | 4:34: detection: allowed.patterns: allowed: pattern: missing",
        "detection: {rules: [none.toml]} | no such file (expected: a file of at most 1 MiB)",
        "detection: none.yaml | none.yaml: ",
        "detection: {waivers: {key: k, digests: [x]}} | 64 hexadecimal digits",
        "detection: {detectors: [{name: EMAIL, pattern: x, keywords: [x], longest: 9}]} | 4:25: detection: detectors: detector: EMAIL (expected: a name",
        "detection: {detectors: [{name: A, pattern: '(?<=x)y', keywords: [y], longest: 9}]} | 4:25: detection: detectors: A: pattern:",
        "detection: {detectors: [{name: A, pattern: y, longest: 9}]} | 4:25: detection: detectors[0]: keywords: none, so nothing triggers it (expected: words",
        "detection: {detectors: [{name: A, pattern: y, longest: 9, keywords: [y], digits: true}]} | keywords: beside digits (expected: words",
        "detection: {detectors: [{name: A, pattern: y, keywords: [y]}]} | 4:25: detection: detectors[0]: longest: none (expected: bytes of the longest match, 1 to 4096)",
        "detection: {detectors: [{name: A, pattern: y, keywords: [y], longest: 4097}]} | A: longest: 4097 (expected: 1 to 4096)",
        "detection: {detectors: [{name: A, pattern: y, keywords: [''], longest: 9}]} | keyword:  (expected: ASCII, not empty)",
        "detection: {detectors: [{name: a, pattern: y, keywords: [y], longest: 9}]} | name: a (expected: A to Z",
        "detection: {detectors: [{name: A, pattern: y, keywords: [y], longest: 9, kind: OTHER}]} | SECRET or PII",
        "detection: {detectors: [{name: A, pattern: y, keywords: [y], longest: 9, score: 0}]} | A: score: 0.0 (expected: above 0",
        "detection: {detectors: [{name: A, pattern: y, keywords: [y], longest: 9, context: [Yes]}]} | word: Yes (expected: lower case)",
        "detection: {disabled: [EMAIL, EMIAL]} | 4:31: detection: disabled: detector: EMIAL (expected:",
        "detection: {threshold: 0} | threshold: 0.0 (expected: above 0",
        "detection: {thresholds: {EMAIL: 0}} | thresholds: EMAIL: 0.0 (expected: above 0",
        "detection: {thresholds: {EMIAL: 1}} | 4:33: detection: thresholds: detector: EMIAL (expected:",
        "detection: {allowed: {values: x}} | allowed.values: x (expected: a list)",
        "detection: {allowed: {patterns: [ok, '(']}} | 4:38: detection: allowed.patterns: allowed: pattern:",
        "detection: {allowed: {patterns: ['((x{100}){100}){100}']}} | expected:",
        "detection: {allowed: {paths: [result/x]}} | allowed.paths[0]: select: does not begin with / (expected:",
        "detection: {allowed: {paths: ['/a*']}} | select: * within a name",
        "detection: {allowed: {paths: [{selct: /a}]}} | selct: unknown key (did you mean select?)",
        "detection: {allowed: {paths: [{select: /a, tools: []}]}} | tools: empty, matches nothing",
        "detection: {allowed: {paths: [{select: /a, servers: ['[x]']}]}} | a name with * and ?",
        "detection: {rules: [a.toml, none.toml]} | 4:29: detection: rules: ",
        "detection: {waivers: {key: none.key, digests: []}} | 4:28: detection: waivers.key: ",
      })
  void whatCannotBeUsedIsRefused(String part, String problem) {
    assertThatThrownBy(() -> policy(part + "\n"))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining(problem);
  }
}
