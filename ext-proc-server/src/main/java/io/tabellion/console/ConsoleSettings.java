package io.tabellion.console;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How browsers reach the console, and how long people stay signed in.
 *
 * @param publicUrl address in browsers behind a proxy that speaks https, e.g. {@code
 *     https://tabellion.example.com}; null if the console is used on this machine only
 * @param idle a session ends after so long without a request
 * @param longest a session ends so long after it began
 */
public record ConsoleSettings(@Nullable URI publicUrl, Duration idle, Duration longest) {

  /** For one address, with the usual times. */
  public static ConsoleSettings at(@Nullable URI publicUrl) {
    return new ConsoleSettings(publicUrl, Duration.ofHours(1), Duration.ofHours(12));
  }
}
