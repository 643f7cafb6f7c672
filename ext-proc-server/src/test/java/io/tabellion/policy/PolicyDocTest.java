package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PolicyDocTest {

  @Test
  void theExampleInTheDocumentLoads() throws IOException {
    String doc = Files.readString(Path.of("../docs/policy.md"));
    String example = doc.substring(doc.indexOf("```yaml\n") + 8);
    ByteString bytes = ByteString.copyFromUtf8(example.substring(0, example.indexOf("```")));

    assertThat(PolicyFile.read(Path.of("policy.md"), bytes, CallCounts.IN_FORCE).title())
        .isEqualTo("support-desk version 3");
  }
}
