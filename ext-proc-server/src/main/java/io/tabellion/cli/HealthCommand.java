package io.tabellion.cli;

import io.tabellion.config.Address;
import io.tabellion.config.Config;
import io.tabellion.terminal.Mistakes;
import io.tabellion.terminal.Printable;
import io.tabellion.terminal.WrongValueException;
import io.tabellion.version.Version;
import io.tabellion.yaml.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code health}: whether a server is ready, for whoever watches over it without curl. */
@Command(
    name = "health",
    description =
        "Ask a server whether it is ready (/readyz). Exit status 0 if it is, 1 if it is not or"
            + " does not answer.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  ./tabellion health",
      "  ./tabellion health --config /etc/tabellion/tabellion.yaml --wait 60s"
    })
final class HealthCommand implements Callable<Integer> {
  /** Largest answer that is shown. */
  private static final int SHOWN = 4096;

  private static final int PATIENCE_MILLIS = 3000;
  private static final Duration PAUSE = Duration.ofMillis(200);

  @ArgGroup private @Nullable Where where;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "0s",
      description = "ask again until it is ready, for so long (default: ${DEFAULT-VALUE})")
  private String wait = "0s";

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /** Which server. */
  static final class Where {
    @Option(
        names = "--url",
        paramLabel = "URL",
        description = "where it answers over HTTP (default: http://127.0.0.1:9003)")
    private @Nullable URI url;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "the server's configuration, which says where")
    private @Nullable Path config;
  }

  @Override
  public Integer call() throws InterruptedException {
    long end = System.nanoTime() + patience().toNanos();
    URI readyz = server().resolve("/readyz");
    while (true) {
      String problem = ask(readyz);
      PrintWriter out = spec.commandLine().getOut();
      if (problem.isEmpty()) {
        out.println("ready");
        out.flush();
        return 0;
      }
      if (System.nanoTime() >= end) {
        spec.commandLine().getErr().println(problem);
        return 1;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
  }

  private Duration patience() {
    try {
      return Durations.parse(wait);
    } catch (IllegalArgumentException e) {
      throw new WrongValueException("--wait", wait, String.valueOf(e.getMessage()));
    }
  }

  private URI server() {
    if (where != null && where.config != null) {
      return at(Config.load(where.config).http().address());
    }
    URI url = where == null ? null : where.url;
    if (url != null && (!"http".equals(url.getScheme()) || url.getHost() == null)) {
      throw new WrongValueException("--url", url.toString(), "http://HOST:PORT");
    }
    return url == null ? URI.create("http://127.0.0.1:9003") : url;
  }

  /** Where this machine reaches what listens at an address, also at all addresses. */
  private static URI at(Address address) {
    String text = address.toString();
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, colon);
    String here =
        switch (host) {
          case "0.0.0.0" -> "127.0.0.1";
          case "[::]" -> "[::1]";
          default -> host;
        };
    return URI.create("http://" + here + text.substring(colon));
  }

  /** Returns why it is not ready; nothing if it is. */
  private static String ask(URI url) {
    try {
      var connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      int status = connection.getResponseCode();
      if (status == 200) {
        return "";
      }
      try (InputStream body = connection.getErrorStream()) {
        String text =
            body == null ? "" : new String(body.readNBytes(SHOWN), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? url + ": HTTP " + status : Printable.of(text);
      }
    } catch (IOException e) {
      return url + ": no answer: " + Mistakes.of(e);
    }
  }
}
