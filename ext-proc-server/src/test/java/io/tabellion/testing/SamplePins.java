package io.tabellion.testing;

import io.tabellion.pin.PinSettings;
import io.tabellion.pin.Pins;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/** Pins on a disk in memory. */
public final class SamplePins {
  private SamplePins() {}

  /** Empty ones, that accept what they see first. */
  public static Pins empty(InstantSource clock) throws IOException {
    return Pins.open(
        new SimulatedDisk(),
        Path.of("/pins"),
        clock,
        PinSettings.DEFAULT,
        UnaryOperator.identity());
  }
}
