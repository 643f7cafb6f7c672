package io.tabellion.cli.audit;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.terminal.Mistakes;
import io.tabellion.terminal.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code audit show}: shows one entry. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Show one entry with its content and proof. That it was read is itself recorded.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./tabellion audit show 12",
      "  ./tabellion audit show 12 --receipt 12.receipt --content 12.json"
    })
final class ShowCommand extends Verb {
  private static final JsonMapper JSON = new JsonMapper();

  @Parameters(paramLabel = "INDEX|ID", description = "Index in the log, or id of the entry.")
  private String key = "";

  @Option(
      names = "--receipt",
      paramLabel = "FILE",
      description = "Write the proof (C2SP tlog-proof) here; audit verify --receipt checks it.")
  private @Nullable Path receipt;

  @Option(names = "--content", paramLabel = "FILE", description = "Write the content here.")
  private @Nullable Path content;

  @Override
  protected void ask(AuditServiceBlockingStub stub) {
    GetEntryResponse answer = stub.getEntry(EntryKey.parse(key).request().build());
    if (json()) {
      print(answer);
    } else {
      show(answer);
    }
    write(receipt, answer.getProof().getTlogProof().getBytes(StandardCharsets.UTF_8));
    write(content, answer.getContent().getBytes().toByteArray());
  }

  private void show(GetEntryResponse answer) {
    Entry entry = answer.getEntry();
    line("index", entry.getIndex());
    line("id", entry.getId());
    line("kind", entry.getKind());
    line("at", new Rows(out(), zone()).time(entry.getAt()) + " " + zone());
    line("writer", entry.getWriter() + ", boot " + entry.getBoot() + ", n " + entry.getCounter());
    for (Map.Entry<FieldDescriptor, Object> fact : entry.getFacts().getAllFields().entrySet()) {
      line(fact.getKey().getName(), text(fact.getValue()));
    }
    line(
        "proof",
        "in the signed tree of %d entries of %s"
            .formatted(answer.getProof().getTreeSize(), entry.getLog()));
    showContent(answer.getContent());
  }

  private void showContent(Content shown) {
    switch (shown.getState()) {
      case NONE -> line("content", "none");
      case ERASED -> line("content", "erased");
      case UNREADABLE -> line("content", "cannot be read: a key is missing or bytes are damaged");
      case PRESENT -> {
        line("content", shown.getType() + ", " + shown.getBytes().size() + " bytes");
        if (!shown.getSalt().isEmpty()) {
          line("salt", HexFormat.of().formatHex(shown.getSalt().toByteArray()));
        }
        out().println();
        out().println(Printable.lines(pretty(shown)));
      }
      case OMITTED, STATE_UNSPECIFIED, UNRECOGNIZED -> line("content", "not shown");
    }
  }

  private static String pretty(Content shown) {
    String text = shown.getBytes().toStringUtf8();
    if (!shown.getType().startsWith("application/json")) {
      return text;
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JSON.readTree(text));
    } catch (JacksonException e) {
      return text;
    }
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? String.join(", ", list.stream().map(String::valueOf).toList())
        : String.valueOf(value);
  }

  private void line(String name, Object value) {
    out().printf("%-18s %s%n", name, Printable.of(String.valueOf(value)));
  }

  private static void write(@Nullable Path file, byte[] bytes) {
    if (file != null) {
      try {
        Files.write(file, bytes);
      } catch (IOException e) {
        throw new CliException(Mistakes.of(e) + " (expected a file that can be written)", e);
      }
    }
  }
}
