package io.tabellion.docs;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.tabellion.approval.v1.Approval;
import io.tabellion.audit.v1.Entry;
import io.tabellion.console.v1.OpenConsoleRequest;
import io.tabellion.parties.Checkout;
import io.tabellion.pins.v1.Pin;
import io.tabellion.stops.v1.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/**
 * docs/api.md: services, messages and fields as the generated classes have them, with the comments.
 */
final class ApiReference {
  static final List<FileDescriptor> FILES =
      List.of(
          Entry.getDescriptor().getFile(),
          Approval.getDescriptor().getFile(),
          Pin.getDescriptor().getFile(),
          Stop.getDescriptor().getFile(),
          OpenConsoleRequest.getDescriptor().getFile());

  private static final String HEAD =
      """
      # gRPC API

      This page is generated from the files below `proto/src/main/proto`. To update it: `./tabellion test ReferenceTest -Dreference=write`.
      How to call the API, with examples: [audit API](audit-api.md). How to approve calls over HTTP: [approvals](approvals.md#over-http).

      The server has reflection and the health service, so clients such as `grpcurl` need no files of ours.

      """;

  private final FileDescriptor file;
  private final ProtoComments comments;
  private final StringBuilder text = new StringBuilder();

  private ApiReference(FileDescriptor file) throws IOException {
    this.file = file;
    this.comments =
        ProtoComments.read(
            Files.readAllLines(
                Checkout.root().resolve("proto/src/main/proto").resolve(file.getName())));
  }

  /** Returns the page. */
  static String page() throws IOException {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("| service | method | what it does |\n|---|---|---|\n");
    for (FileDescriptor file : FILES) {
      page.append(new ApiReference(file).row());
    }
    for (FileDescriptor file : FILES) {
      page.append(new ApiReference(file).section());
    }
    return page.toString();
  }

  private String row() {
    for (ServiceDescriptor service : file.getServices()) {
      for (MethodDescriptor method : service.getMethods()) {
        String about = oneLine(about(method));
        int end = about.indexOf(". ");
        text.append(
            "| [`%s`](#%s) | `%s` | %s |\n"
                .formatted(
                    service.getFullName(),
                    anchor(file.getPackage()),
                    method.getName(),
                    end < 0 ? about : about.substring(0, end + 1)));
      }
    }
    return text.toString();
  }

  private String section() {
    text.append("\n## %s\n\n%s\n".formatted(file.getPackage(), comments.file().strip()));
    file.getServices().forEach(this::service);
    file.getMessageTypes().forEach(this::message);
    file.getEnumTypes().forEach(this::enumeration);
    return text.toString();
  }

  private void service(ServiceDescriptor service) {
    text.append("\n### %s\n".formatted(service.getFullName()));
    text.append("\n| method | takes | returns | description |\n|---|---|---|---|\n");
    for (MethodDescriptor method : service.getMethods()) {
      text.append(
          "| `%s` | %s%s | %s%s | %s |\n"
              .formatted(
                  method.getName(),
                  method.isClientStreaming() ? "stream of " : "",
                  link(method.getInputType()),
                  method.isServerStreaming() ? "stream of " : "",
                  link(method.getOutputType()),
                  oneLine(about(method))));
    }
  }

  private void message(Descriptor message) {
    heading(message);
    if (!message.getFields().isEmpty()) {
      text.append("\n| field | type | number | description |\n|---|---|---|---|\n");
    }
    for (FieldDescriptor field : message.getFields()) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      text.append(
          "| `%s` | %s | %d | %s%s |\n"
              .formatted(
                  field.getName(),
                  type(field),
                  field.getNumber(),
                  oneof == null ? "" : "One of `%s`. ".formatted(oneof.getName()),
                  oneLine(about(field))));
    }
    message.getNestedTypes().forEach(this::message);
    message.getEnumTypes().forEach(this::enumeration);
  }

  private void enumeration(EnumDescriptor type) {
    heading(type);
    text.append("\n| value | number | description |\n|---|---|---|\n");
    for (EnumValueDescriptor value : type.getValues()) {
      text.append(
          "| `%s` | %d | %s |\n"
              .formatted(
                  value.getName(),
                  value.getNumber(),
                  oneLine(comments.about(local(type) + "." + value.getName()))));
    }
  }

  private void heading(GenericDescriptor type) {
    text.append("\n### %s\n".formatted(type.getFullName()));
    String about = comments.about(local(type));
    if (!about.isEmpty()) {
      text.append("\n%s\n".formatted(about));
    }
  }

  private String type(FieldDescriptor field) {
    String type =
        switch (field.getJavaType()) {
          case MESSAGE -> link(field.getMessageType());
          case ENUM -> link(field.getEnumType());
          default -> "`%s`".formatted(field.getType().name().toLowerCase(Locale.ROOT));
        };
    return (field.isRepeated()
            ? "repeated "
            : field.hasPresence()
                    && !field.getJavaType().equals(FieldDescriptor.JavaType.MESSAGE)
                    && field.getRealContainingOneof() == null
                ? "optional "
                : "")
        + type;
  }

  private String link(GenericDescriptor type) {
    return FILES.contains(type.getFile())
        ? "[`%s`](#%s)".formatted(local(type), anchor(type.getFullName()))
        : "`%s`".formatted(type.getFullName());
  }

  private String about(GenericDescriptor of) {
    return comments.about(local(of));
  }

  private static String local(GenericDescriptor of) {
    return of.getFullName().substring(of.getFile().getPackage().length() + 1);
  }

  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replace(".", "");
  }

  private static String oneLine(String comment) {
    return comment.replace("\n", " ").replace("|", "\\|");
  }
}
