package io.tabellion.cli.audit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import io.tabellion.terminal.Mistakes;
import io.tabellion.terminal.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.UnknownHostException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A verb that asks the server's API. Exit status: 0 done, 1 refused by the server, 2 not possible.
 */
public abstract class ApiVerb<S extends AbstractBlockingStub<S>> implements Callable<Integer> {
  @Mixin private final Connection connection = new Connection();

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Option(names = "--utc", description = "Times in UTC instead of the local zone.")
  private boolean utc;

  @Spec private @Nullable CommandSpec spec;

  private final Function<Channel, S> service;
  private final @Nullable String demoToken;

  /** A verb that needs this service. */
  protected ApiVerb(Function<Channel, S> service) {
    this(service, null);
  }

  /**
   * The same.
   *
   * @param demoToken name of the token file that is used beside a demo; null for that of the
   *     auditor
   */
  protected ApiVerb(Function<Channel, S> service, @Nullable String demoToken) {
    this.service = service;
    this.demoToken = demoToken;
  }

  /** Does what the verb is for. */
  protected abstract void ask(S stub) throws InterruptedException;

  @Override
  public Integer call() throws InterruptedException {
    try (connection) {
      ask(connection.open(service, demoToken));
      out().flush();
      return status();
    } catch (CliException e) {
      out().flush();
      err().println(Printable.of(String.valueOf(e.getMessage())));
      return Mistakes.IMPOSSIBLE;
    } catch (StatusRuntimeException e) {
      out().flush();
      err().println(explain(e));
      boolean unreachable = e.getStatus().getCode() == Status.Code.UNAVAILABLE && !answered(e);
      return unreachable ? Mistakes.IMPOSSIBLE : refused();
    }
  }

  /** The exit status of what was done. */
  protected int status() {
    return 0;
  }

  /** The exit status where the server refuses. */
  protected int refused() {
    return 1;
  }

  protected boolean json() {
    return json;
  }

  protected ZoneId zone() {
    return utc ? ZoneOffset.UTC : ZoneId.systemDefault();
  }

  protected PrintWriter out() {
    return spec().commandLine().getOut();
  }

  protected PrintWriter err() {
    return spec().commandLine().getErr();
  }

  /** Prints a message as one line of JSON. */
  protected void print(MessageOrBuilder message) {
    try {
      out().println(Lines.JSON.print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec;
  }

  /** Returns what is typed for a field of the request that the server speaks of. */
  protected String option(String field) {
    return field;
  }

  private String explain(StatusRuntimeException e) {
    Status status = e.getStatus();
    String said = Printable.of(said(status, e.getCause()));
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          answered(e)
              ? said
              : "no answer from %s: %s (expected: a running server; start the demo with ./tabellion demo, or give --server and --token-file)"
                  .formatted(connection.where(), said);
      case UNAUTHENTICATED ->
          "not let in by %s: %s (expected: the token file of that server, --token-file)"
              .formatted(connection.where(), said);
      case INVALID_ARGUMENT, NOT_FOUND -> named(said);
      case DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, PERMISSION_DENIED -> said;
      default -> status.getCode() + ": " + said;
    };
  }

  /** Whether it was the server that said so. */
  private static boolean answered(StatusRuntimeException e) {
    String said = String.valueOf(e.getStatus().getDescription());
    return e.getCause() == null && !said.startsWith("Unable to resolve");
  }

  private static String said(Status status, @Nullable Throwable cause) {
    return switch (cause) {
      case null -> String.valueOf(status.getDescription());
      case UnknownHostException host -> host.getMessage() + ": no such host";
      case IOException failure -> Mistakes.of(failure);
      default ->
          cause.getCause() instanceof UnknownHostException host
              ? "no such host: " + host.getMessage()
              : String.valueOf(cause.getMessage());
    };
  }

  /** The server speaks of fields; whoever typed options knows these. */
  private String named(String said) {
    Matcher field = Refusals.FIELD.matcher(said);
    return field.find() ? option(field.group(1)) + said.substring(field.end(1)) : said;
  }

  /** Made by the first line of JSON: most verbs print none. */
  private static final class Lines {
    static final JsonFormat.Printer JSON =
        JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();
  }

  /** Made by the first refusal. */
  private static final class Refusals {
    /** What the server's messages begin with: {@code filter.kinds: …}, {@code id: …}. */
    static final Pattern FIELD = Pattern.compile("^(?:filter\\.)?([a-z_]+)(?=: )");
  }
}
