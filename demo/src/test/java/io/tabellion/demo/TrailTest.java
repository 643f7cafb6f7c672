package io.tabellion.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.v1.Facts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TrailTest {
  private static final Facts POSTED = Facts.newBuilder().setHttpMethod("POST").build();

  @Test
  void theHttpMethodStandsOnlyWhereNothingElseSaysWhatAnEntryIsAbout() {
    Facts seen = POSTED.toBuilder().setTool("find_customer").build();
    assertThat(Trail.what(seen)).isEqualTo("find_customer");
    assertThat(Trail.what(seen.toBuilder().setMethod("tools/call").build()))
        .isEqualTo("tools/call find_customer");
    assertThat(Trail.what(POSTED)).isEqualTo("POST");
  }
}
