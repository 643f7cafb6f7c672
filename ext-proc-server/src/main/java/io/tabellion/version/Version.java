package io.tabellion.version;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the product, as the build wrote it. */
public final class Version implements IVersionProvider {

  /** Returns it, e.g. {@code 0.1.0}. */
  public static String text() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/io/tabellion/version.properties")) {
      properties.load(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new IllegalStateException("version.properties", e);
    }
    return properties.getProperty("version", "unknown");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"tabellion " + text() + " (Java " + Runtime.version() + ")"};
  }
}
