package io.tabellion.cli.audit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A verb that asks the audit API. Exit status: 0 done, 1 refused by the server, 2 not possible. */
abstract class Verb implements Callable<Integer> {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  @Mixin private final Connection connection = new Connection();

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Option(names = "--utc", description = "Times in UTC instead of the local zone.")
  private boolean utc;

  @Spec private @Nullable CommandSpec spec;

  /** Does what the verb is for. */
  abstract void ask(AuditServiceBlockingStub stub);

  @Override
  public Integer call() {
    try (connection) {
      ask(connection.open());
      out().flush();
      return 0;
    } catch (CliException e) {
      err().println(e.getMessage());
      return 2;
    } catch (StatusRuntimeException e) {
      out().flush();
      err().println(explain(e));
      return 1;
    }
  }

  boolean json() {
    return json;
  }

  ZoneId zone() {
    return utc ? ZoneOffset.UTC : ZoneId.systemDefault();
  }

  PrintWriter out() {
    return spec().commandLine().getOut();
  }

  PrintWriter err() {
    return spec().commandLine().getErr();
  }

  /** Prints a message as one line of JSON. */
  void print(MessageOrBuilder message) {
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
