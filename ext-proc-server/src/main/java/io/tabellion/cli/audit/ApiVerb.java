package io.tabellion.cli.audit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A verb that asks the server's API. Exit status: 0 done, 1 refused by the server, 2 not possible.
 */
public abstract class ApiVerb<S extends AbstractBlockingStub<S>> implements Callable<Integer> {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  @Mixin private final Connection connection = new Connection();

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Option(names = "--utc", description = "Times in UTC instead of the local zone.")
  private boolean utc;

  @Spec private @Nullable CommandSpec spec;

  private final Function<Channel, S> service;

  /** A verb that needs this service. */
  protected ApiVerb(Function<Channel, S> service) {
    this.service = service;
  }

  /** Does what the verb is for. */
  protected abstract void ask(S stub);

  @Override
  public Integer call() {
    try (connection) {
      ask(connection.open(service));
      out().flush();
      return status();
    } catch (CliException e) {
      err().println(e.getMessage());
      return 2;
    } catch (StatusRuntimeException e) {
      out().flush();
      err().println(explain(e));
      return refused();
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

  PrintWriter err() {
    return spec().commandLine().getErr();
  }

  /** Prints a message as one line of JSON. */
  protected void print(MessageOrBuilder message) {
    try {
      out().println(JSON.print(message));
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

  private String explain(StatusRuntimeException e) {
    Status status = e.getStatus();
    Throwable cause = e.getCause();
    String why = cause == null ? status.getDescription() : cause.getMessage();
    String said = Printable.of(String.valueOf(why));
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          "no answer from %s: %s%nIs the server running? Start the demo with ./tabellion demo, or say --server and --token-file."
              .formatted(connection.where(), said);
      case UNAUTHENTICATED ->
          "not let in by %s: %s%nIs it the token file of that server (--token-file)?"
              .formatted(connection.where(), said);
      default -> status.getCode() + ": " + said;
    };
  }
}
