package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules that docs/masking.md shows do what it says. */
@Tag("unit")
class MaskDocTest {
  private static final String HEAD =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: doc, version: 1}
      defaults: {decision: deny}
      """;

  private static final String TESTS =
      """
      tests:
        - name: each line of the example
          given:
            server: crm-eu
            tool: get_customer
            response: {result: {structuredContent: {c: {ssn: "514-69-0360"}, salary: 84500, mail: "jane@example.org"}, content: []}}
          expect:
            masked: [/result/structuredContent/c/ssn, /result/structuredContent/salary, /result/structuredContent/mail]
        - name: unless
          given:
            server: crm-eu
            tool: get_customer
            principal: {groups: [hr]}
            response: {result: {structuredContent: {salary: 84500}}}
          expect: {masked: []}
      """;

  @Test
  void theExampleMasksWhatItSays() throws IOException {
    String doc = Files.readString(Path.of("../docs/masking.md"));
    String example = doc.substring(doc.indexOf("```yaml\nrules:\n") + 8);
    String file = HEAD + example.substring(0, example.indexOf("```")) + TESTS;

    assertThat(
            PolicyFile.read(
                    Path.of("masking.md"), ByteString.copyFromUtf8(file), CallCounts.IN_FORCE)
                .title())
        .isEqualTo("doc version 1");
  }
}
