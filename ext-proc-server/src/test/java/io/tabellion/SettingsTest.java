package io.tabellion;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.config.Config;
import io.tabellion.extproc.ExtProcSettings;
import io.tabellion.yaml.DataSize;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits fit the memory that is there. */
@Tag("unit")
class SettingsTest {
  private static final Config.Limits DEFAULTS =
      new Config.Limits(
          DataSize.parse("4MiB"),
          DataSize.parse("16MiB"),
          DataSize.parse("16MiB"),
          DataSize.parse("512MiB"),
          256,
          1_000_000,
          Duration.ofSeconds(30),
          Duration.ofSeconds(20));

  @Test
  void aLargeHeapHasWhatIsConfigured() {
    ExtProcSettings.Limits limits = Settings.limits(DEFAULTS, 6L << 30);
    assertThat(limits.request()).isEqualTo(4 << 20);
    assertThat(limits.answer()).isEqualTo(16 << 20);
    assertThat(limits.held()).isEqualTo(512L << 20);
    assertThat(limits.json().values()).isEqualTo(1_000_000);
  }

  @Test
  void aSmallHeapHasLess() {
    long heap = 240L << 20;
    ExtProcSettings.Limits limits = Settings.limits(DEFAULTS, heap);
    assertThat(limits.request()).isEqualTo(4 << 20);
    assertThat(limits.answer()).isEqualTo(4 << 20);
    assertThat(limits.event()).isEqualTo(4 << 20);
    assertThat(limits.held()).isEqualTo(heap / 10);
    assertThat(limits.json().values()).isBetween(200_000, 215_000);
  }
}
